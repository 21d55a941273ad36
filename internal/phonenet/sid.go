package phonenet

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
)

// sidSource issues identifiers in Twilio's form, two letters and 32 hex
// digits. One source never issues the same identifier twice.
type sidSource struct {
	seed uint64
	turn uint64
}

func (s *sidSource) next(prefix string) string {
	s.turn++
	var raw [16]byte
	first := mix(s.seed + s.turn)
	binary.BigEndian.PutUint64(raw[:8], first)
	binary.BigEndian.PutUint64(raw[8:], mix(first^s.seed))
	return prefix + hex.EncodeToString(raw[:])
}

func randomSeed() uint64 {
	var raw [8]byte
	rand.Read(raw[:]) // never fails, see its documentation
	return binary.LittleEndian.Uint64(raw[:]) | 1
}
