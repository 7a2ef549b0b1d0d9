package formats

import (
	"fmt"
	"hash/maphash"
	"sync"
)

// ids finds duplicate IDs. It keeps no ID, only 128 bits of hash from two
// seeds and the place where the ID was first seen: two different IDs are taken
// for one with a probability of n²/2¹²⁹, which is nothing.
type ids struct {
	seeds [2]maphash.Seed
	mu    sync.Mutex // a stage may ask for a place while the reader goes on
	seen  map[[2]uint64]place

	repeats map[[2]uint64]int // how often an ID was given anew, of those that were
}

// place packs a position into 8 bytes: 16 bits of file, 48 of line.
type place uint64

func placeOf(file, line int) place { return place(uint64(file)<<48 | uint64(line)) }

func (p place) file() int { return int(p >> 48) }
func (p place) line() int { return int(p & (1<<48 - 1)) }

func newIDs() *ids {
	return &ids{
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		seen:  map[[2]uint64]place{},
	}
}

// add notes id at p. If it was seen before, it returns where, and true.
func (s *ids) add(id string, p place) (place, bool) {
	key := s.key(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, dup := s.seen[key]; dup {
		return first, true
	}
	s.seen[key] = p
	return 0, false
}

// next returns a name for one more record with an ID that was added: "q7#2",
// then "q7#3".
func (s *ids) next(id string) string {
	key := s.key(id)
	if s.repeats == nil {
		s.repeats = map[[2]uint64]int{}
	}
	s.repeats[key]++
	return fmt.Sprintf("%s#%d", id, s.repeats[key]+1)
}

// find returns the place of an ID that was added.
func (s *ids) find(id string) (place, bool) {
	key := s.key(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.seen[key]
	return p, ok
}

func (s *ids) key(id string) [2]uint64 {
	return [2]uint64{maphash.String(s.seeds[0], id), maphash.String(s.seeds[1], id)}
}
