package rundir

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Schema is the version of the folder's layout.
const Schema = 1

// Status says how far a run came.
type Status string

// The states of a run.
const (
	Started   Status = "started" // still at work, or killed
	Success   Status = "success"
	Cancelled Status = "cancelled" // interrupted; can be resumed
	Failed    Status = "error"     // ended by an error; can be resumed
)

// File is an input of a run.
type File struct {
	Name   string `json:"name"` // as given; "-" is standard input
	SHA256 string `json:"sha256,omitzero"`
	Bytes  int64  `json:"bytes,omitzero"`
}

// HashFile returns the File for the file at path.
func HashFile(path string) (File, error) {
	sum, n, err := hashOf(path)
	if err != nil {
		return File{}, err
	}
	return File{Name: path, SHA256: sum, Bytes: n}, nil
}

// hashOf returns the SHA-256 of a file in hexadecimal, and its length.
func hashOf(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}

// Manifest says what a run does on what, so that two runs with the same hash
// give the same bytes.
type Manifest struct {
	Schema     int               `json:"schema"`
	Status     Status            `json:"status"`
	Error      string            `json:"error,omitzero"` // why it ended so, for people
	Command    string            `json:"command"`        // "diagnose", "run"
	Versions   map[string]string `json:"versions"`       // of the program, its procedures and its parameters
	ConfigHash string            `json:"config_hash"`    // of Config, as the configuration's owner computes it
	Config     json.RawMessage   `json:"config,omitzero"`
	Inputs     []File            `json:"inputs"`
}

// identity is what makes two runs the same one.
func (m *Manifest) identity() map[string]any {
	inputs := make([]string, len(m.Inputs))
	for i, f := range m.Inputs {
		inputs[i] = f.SHA256
	}
	return map[string]any{"command": m.Command, "versions": m.Versions, "configuration": m.ConfigHash, "inputs": inputs}
}

// Hash names the run that the manifest describes: the same command, versions,
// configuration and input contents give the same hash. How a run ended, and
// what its input files are called, do not matter.
func (m *Manifest) Hash() string {
	b, err := json.Marshal(m.identity())
	if err != nil {
		panic(err) // maps of strings always encode
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// differs lists in words what tells two manifests apart.
func (m *Manifest) differs(other *Manifest) []string {
	var out []string
	a, b := m.identity(), other.identity()
	for _, name := range []string{"command", "versions", "configuration", "inputs"} {
		x, errX := json.Marshal(a[name])
		y, errY := json.Marshal(b[name])
		if errors.Join(errX, errY) != nil || string(x) != string(y) {
			out = append(out, name)
		}
	}
	return out
}

// resumable says why a run with these inputs cannot be resumed.
func (m *Manifest) resumable() error {
	if slices.ContainsFunc(m.Inputs, func(f File) bool { return f.SHA256 == "" }) {
		return errors.New("its input has no hash, as standard input has none: give another --out, or read from a file")
	}
	return nil
}

// readManifest reads the manifest of dir. The error is fs.ErrNotExist if there
// is none.
func readManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, manifestName)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if m.Schema < 1 || m.Schema > Schema {
		return nil, fmt.Errorf("%s: layout version %d is not supported (this program reads 1 to %d): use a newer ragdiag", path, m.Schema, Schema)
	}
	return &m, nil
}

// WriteJSON writes v to path as indented JSON: whole, or not at all.
func WriteJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return WriteFile(path, append(b, '\n'))
}

// tempPrefix begins the names of files that are not whole yet.
const tempPrefix = ".ragdiag-"

// WriteFile writes b to path as WriteTo does.
func WriteFile(path string, b []byte) error {
	return WriteTo(path, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// WriteTo has write write the file at path: whole, or not at all, even if the
// machine goes down meanwhile. What is no file, such as a pipe, is written to as
// it is.
func WriteTo(path string, write func(io.Writer) error) error {
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return writeError(err)
		}
		return writeError(errors.Join(write(f), f.Close()))
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), tempPrefix)
	if err != nil {
		return writeError(err)
	}
	buf := bufio.NewWriterSize(tmp, 1<<16)
	err = errors.Join(write(buf), buf.Flush())
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(writeError(err), os.Remove(tmp.Name()))
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a new name in dir survive a power cut. Systems that cannot
// sync a folder keep the name anyway.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, fs.ErrInvalid) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
