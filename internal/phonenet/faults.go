package phonenet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Faults are the troubles of the network. The zero value is a perfect network
// that delivers at once. Shares are between 0 and 1. Each decision is drawn
// from the seed, the phone and how often that phone was texted, so equal runs
// meet equal faults.
type Faults struct {
	// Latency is added to every API answer, half of it before the request is
	// looked at and half after.
	Latency Span `json:"latency"`

	// Answers to "send a text" in which the text WAS accepted.
	CutAfterAccept        float64 `json:"cut_after_accept"`         // connection closed without an answer
	TimeoutAfterAccept    float64 `json:"timeout_after_accept"`     // no answer for AnswerHeld
	Error500AfterAccept   float64 `json:"error_500_after_accept"`   // 500 with Twilio's JSON
	BadGatewayAfterAccept float64 `json:"bad_gateway_after_accept"` // 502 with HTML
	HalfAnswer            float64 `json:"half_answer"`              // 201 with half of the JSON

	// Answers in which it was NOT accepted. They fall on every API call.
	CutBeforeAccept float64 `json:"cut_before_accept"` // connection closed
	Error500        float64 `json:"error_500"`         // 500 with Twilio's JSON
	BadGateway      float64 `json:"bad_gateway"`       // 502 with HTML
	TooMany         float64 `json:"too_many"`          // 429 with Retry-After
	TooManyBare     float64 `json:"too_many_bare"`     // 429 without
	Redirect302     float64 `json:"redirect_302"`      // to the same address
	Redirect307     float64 `json:"redirect_307"`

	RetryAfter time.Duration `json:"retry_after"` // of TooMany; whole seconds, at least 1
	AnswerHeld time.Duration `json:"answer_held"` // of TimeoutAfterAccept; default 60 s
	ListLag    time.Duration `json:"list_lag"`    // how long a new text is missing in the list

	// The way to the phone.
	Speed    float64 `json:"speed"`    // segments a second and number; 0: no limit
	Travel   Span    `json:"travel"`   // from the sender's turn to the phone
	Lost     float64 `json:"lost"`     // undelivered, 30003 or 30008
	Filtered float64 `json:"filtered"` // undelivered as spam, 30007

	// Status callbacks.
	CallbackDropped   float64 `json:"callback_dropped"`
	CallbackDoubled   float64 `json:"callback_doubled"`
	CallbackReordered float64 `json:"callback_reordered"` // arrives after the one that follows it
	CallbackDelay     Span    `json:"callback_delay"`
}

// Span is a length of time drawn evenly between Min and Max.
type Span struct{ Min, Max time.Duration }

// UpTo is the span from nothing to longest.
func UpTo(longest time.Duration) Span { return Span{Max: longest} }

type spanJSON struct {
	Min string `json:"min"`
	Max string `json:"max"`
}

// MarshalJSON writes {"min":"10ms","max":"2s"}.
func (s Span) MarshalJSON() ([]byte, error) {
	return json.Marshal(spanJSON{Min: s.Min.String(), Max: s.Max.String()})
}

// UnmarshalJSON reads what MarshalJSON writes; a missing end is zero.
func (s *Span) UnmarshalJSON(data []byte) error {
	raw := spanJSON{Min: "0s", Max: "0s"}
	if err := json.Unmarshal(data, &raw); err != nil {
		return fmt.Errorf("read span: %w", err)
	}
	least, err := time.ParseDuration(raw.Min)
	if err != nil {
		return fmt.Errorf("read span min: %w", err)
	}
	most, err := time.ParseDuration(raw.Max)
	if err != nil {
		return fmt.Errorf("read span max: %w", err)
	}
	*s = Span{Min: least, Max: most}
	return nil
}

func (s Span) scaled(part float64) Span {
	return Span{Min: time.Duration(float64(s.Min) * part), Max: time.Duration(float64(s.Max) * part)}
}

// faultsJSON gives the lengths of time of Faults the spelling of Span.
type faultsJSON struct {
	plainFaults
	RetryAfter string `json:"retry_after"`
	AnswerHeld string `json:"answer_held"`
	ListLag    string `json:"list_lag"`
}

type plainFaults Faults

// MarshalJSON writes every knob, lengths of time as "1.5s".
func (f Faults) MarshalJSON() ([]byte, error) {
	return json.Marshal(faultsJSON{plainFaults(f), f.RetryAfter.String(), f.AnswerHeld.String(), f.ListLag.String()})
}

// UnmarshalJSON reads what MarshalJSON writes. A knob that is not named keeps
// the value it had, so a part of the knobs can be turned; one that does not
// exist is an error, so that a misspelt fault test does not pass.
func (f *Faults) UnmarshalJSON(data []byte) error {
	raw := faultsJSON{plainFaults(*f), f.RetryAfter.String(), f.AnswerHeld.String(), f.ListLag.String()}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&raw); err != nil {
		return fmt.Errorf("read faults: %w", err)
	}
	next := Faults(raw.plainFaults)
	var err1, err2, err3 error
	next.RetryAfter, err1 = time.ParseDuration(raw.RetryAfter)
	next.AnswerHeld, err2 = time.ParseDuration(raw.AnswerHeld)
	next.ListLag, err3 = time.ParseDuration(raw.ListLag)
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf("read faults: %w", err)
	}
	*f = next
	return nil
}

// Validate says what is wrong with a setting, or nil.
func (f Faults) Validate() error {
	var wrong []error
	sum := 0.0
	for _, k := range shareKnobs {
		share := *k.of(&f)
		if share < 0 || share > 1 || share != share {
			wrong = append(wrong, fmt.Errorf("%s must be between 0 and 1", k.key))
		}
		if k.answers {
			sum += share
		}
	}
	if sum > 1.0000001 {
		wrong = append(wrong, errors.New("the answers to a request must sum to at most 1"))
	}
	for name, s := range map[string]Span{"latency": f.Latency, "travel": f.Travel, "callback_delay": f.CallbackDelay} {
		if s.Min < 0 || s.Max < 0 || s.Max > 0 && s.Max < s.Min {
			wrong = append(wrong, fmt.Errorf("%s must run from a shorter to a longer time", name))
		}
	}
	if f.Speed < 0 || f.RetryAfter < 0 || f.AnswerHeld < 0 || f.ListLag < 0 {
		wrong = append(wrong, errors.New("speed and times must not be negative"))
	}
	return errors.Join(wrong...)
}
