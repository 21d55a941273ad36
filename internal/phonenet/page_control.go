package phonenet

import (
	"strconv"
	"time"
)

// controlView is the strip of sliders and the list of knobs.
type controlView struct {
	Speeds    []speedOption
	Lost      string // percent
	LostWords string
	Travel    string // seconds
	Words     string
	Answering bool
	Shares    []knobView
	Times     []knobView
	Turned    int // knobs of the list that are not at rest
}

type speedOption struct {
	Value, Label, Hint string
	Current            bool
}

type knobView struct {
	Key, Label, Value, Unit string
}

// speeds are those of a US long code, ten times that, and no limit.
var speeds = []speedOption{
	{Value: "1", Label: "Real", Hint: "each number sends 1 segment a second"},
	{Value: "10", Label: "10×", Hint: "each number sends 10 segments a second"},
	{Value: "0", Label: "At once", Hint: "numbers send without a limit"},
}

func (n *Network) controlViewLocked() controlView {
	f := n.faults
	v := controlView{
		Lost: number64(f.Lost * 100), LostWords: number64(f.Lost*100) + "%",
		Travel: number64(f.Travel.Max.Seconds()), Words: "up to " + number64(f.Travel.Max.Seconds()) + " s",
		Answering: n.answering.On,
	}
	if f.Travel.Max == 0 {
		v.Words = "none"
	}
	for _, s := range speeds {
		s.Current = s.Value == number64(f.Speed)
		v.Speeds = append(v.Speeds, s)
	}
	for _, k := range shareKnobs {
		if k.key == "lost" {
			continue // has its slider
		}
		share := *k.of(&f)
		v.Shares = append(v.Shares, knobView{k.key, k.label, number64(share * 100), "%"})
		v.turned(share != 0)
	}
	for _, t := range []struct {
		key, label string
		at         time.Duration
	}{
		{"latency", "Longest wait for an answer", f.Latency.Max},
		{"retry_after", "Time to wait after 429", f.RetryAfter},
		{"list_lag", "New texts are missing in the list for", f.ListLag},
		{"callback_delay", "Longest delay of a status report", f.CallbackDelay.Max},
	} {
		v.Times = append(v.Times, knobView{t.key, t.label, number64(t.at.Seconds()), "s"})
		v.turned(t.at != 0)
	}
	return v
}

func (v *controlView) turned(yes bool) {
	if yes {
		v.Turned++
	}
}

// number64 writes a number without needless digits.
func number64(v float64) string {
	return strconv.FormatFloat(float64(int(v*100+0.5))/100, 'f', -1, 64)
}
