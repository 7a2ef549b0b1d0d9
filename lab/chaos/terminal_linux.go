package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// openTerminal makes a pseudo terminal: what is written to theirs is read from ours.
func openTerminal() (ours, theirs *os.File, err error) {
	ours, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, errors.ErrUnsupported // a machine without terminals
	}
	var unlocked, n int32
	err = errors.Join(control(ours, syscall.TIOCSPTLCK, &unlocked), control(ours, syscall.TIOCGPTN, &n))
	if err == nil {
		theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		return nil, nil, errors.Join(err, ours.Close())
	}
	return ours, theirs, nil
}

func control(f *os.File, request uintptr, arg *int32) error {
	c, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var errno syscall.Errno
	err = c.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(arg)))
	})
	if errno != 0 {
		err = errno
	}
	return err
}
