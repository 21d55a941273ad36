package phonenet

// shareKnob describes one share of Faults for checks and for the page.
type shareKnob struct {
	key     string // as in JSON and in forms
	label   string
	answers bool // excludes the other answers to the same request
	of      func(*Faults) *float64
}

// shareKnobs lists every share, the answers in the order in which one is
// drawn.
var shareKnobs = []shareKnob{
	{"cut_after_accept", "Accepted, then the connection is cut", true, func(f *Faults) *float64 { return &f.CutAfterAccept }},
	{"timeout_after_accept", "Accepted, then no answer", true, func(f *Faults) *float64 { return &f.TimeoutAfterAccept }},
	{"error_500_after_accept", "Accepted, but the answer is 500", true, func(f *Faults) *float64 { return &f.Error500AfterAccept }},
	{"bad_gateway_after_accept", "Accepted, but the answer is 502 in HTML", true, func(f *Faults) *float64 { return &f.BadGatewayAfterAccept }},
	{"half_answer", "Accepted, with half an answer", true, func(f *Faults) *float64 { return &f.HalfAnswer }},
	{"cut_before_accept", "Connection cut, nothing accepted", true, func(f *Faults) *float64 { return &f.CutBeforeAccept }},
	{"error_500", "Refused with 500", true, func(f *Faults) *float64 { return &f.Error500 }},
	{"bad_gateway", "Refused with 502 in HTML", true, func(f *Faults) *float64 { return &f.BadGateway }},
	{"too_many", "Refused with 429 and a time to wait", true, func(f *Faults) *float64 { return &f.TooMany }},
	{"too_many_bare", "Refused with 429 alone", true, func(f *Faults) *float64 { return &f.TooManyBare }},
	{"redirect_302", "Redirected with 302", true, func(f *Faults) *float64 { return &f.Redirect302 }},
	{"redirect_307", "Redirected with 307", true, func(f *Faults) *float64 { return &f.Redirect307 }},
	{"lost", "Lost on the way to the phone", false, func(f *Faults) *float64 { return &f.Lost }},
	{"filtered", "Refused as spam by the phone company", false, func(f *Faults) *float64 { return &f.Filtered }},
	{"callback_dropped", "Status report never sent", false, func(f *Faults) *float64 { return &f.CallbackDropped }},
	{"callback_doubled", "Status report sent twice", false, func(f *Faults) *float64 { return &f.CallbackDoubled }},
	{"callback_reordered", "Status report overtaken by the next", false, func(f *Faults) *float64 { return &f.CallbackReordered }},
}

// Fault is a wrong answer to an API request.
type Fault string

// afterAccept are the answers that hide an accepted text.
var afterAccept = map[Fault]bool{
	"cut_after_accept": true, "timeout_after_accept": true, "error_500_after_accept": true,
	"bad_gateway_after_accept": true, "half_answer": true,
}

// answer draws the wrong answer to a request, or "" for the right one.
func (f *Faults) answer(d draw) Fault {
	u := d.share(knobAnswer)
	for _, k := range shareKnobs {
		if !k.answers {
			break
		}
		if share := *k.of(f); u < share {
			return Fault(k.key)
		} else {
			u -= share
		}
	}
	return ""
}
