package phonenet

import "time"

// draw is a seeded source of decisions for one text or one request. The same
// seed, sender, phone and turn give the same decisions whatever else happens
// at the same time, so a fault test can be repeated under concurrency.
type draw uint64

// knob separates the decisions taken from one draw.
type knob uint64

const (
	knobAnswer knob = iota + 1
	knobLatency
	knobHalf
	knobSend
	knobTravel
	knobLost
	knobLostCode
	knobFiltered
	knobDropped
	knobDoubled
	knobReordered
	knobCallbackDelay
	knobAnswers
	knobAnswerDelay
	knobPhrase
	knobToken
)

// knobsPerStatus keeps the decisions about each status callback apart.
const knobsPerStatus = 1 << 8

// newDraw mixes a seed, a turn and any names into one draw.
func newDraw(seed, turn uint64, names ...string) draw {
	const fnvPrime = 1099511628211
	h := mix(seed) ^ mix(turn+1)
	for _, name := range names {
		for i := range len(name) {
			h = (h ^ uint64(name[i])) * fnvPrime
		}
		h = mix(h)
	}
	return draw(h)
}

// share is an even number in [0, 1).
func (d draw) share(k knob) float64 {
	return float64(mix(uint64(d)^mix(uint64(k)))>>11) / (1 << 53)
}

func (d draw) hits(k knob, share float64) bool { return d.share(k) < share }

func (d draw) within(k knob, s Span) time.Duration {
	if s.Max <= s.Min {
		return s.Min
	}
	return s.Min + time.Duration(d.share(k)*float64(s.Max-s.Min))
}

// pick is an even index below n; n must be positive.
func (d draw) pick(k knob, n int) int { return int(d.share(k) * float64(n)) }

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014): one to one, so
// different counters never give the same identifier.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
