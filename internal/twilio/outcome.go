package twilio

import (
	"encoding/json"
	"net/http"
	"regexp"

	"parley/internal/dispatch"
)

// Twilio's numbers that say more than that this text is refused
// (https://www.twilio.com/docs/api/errors).
const (
	codeAuthenticate    = 20003
	codeInactive        = 20005
	codeTooManyRequests = 20429
	codeSenderFull      = 21611
	codeSuspended       = 30002
)

// messageSID is the shape of an SID of a text, with or without pictures.
var messageSID = regexp.MustCompile(`^(SM|MM)[0-9a-f]{32}$`)

// outcome is what the answer to "send a text" proves: accepted only by a whole answer with an SID,
// rejected only by Twilio's own words, not sent only if no byte left. All else is unknown.
func (a answer) outcome() dispatch.Outcome {
	out := dispatch.Outcome{HTTPStatus: a.status, Code: a.fault.Code, Detail: a.fault.Message}
	switch {
	case a.err != nil && !a.wrote:
		out.Kind, out.Detail = dispatch.NotSent, a.err.Error()
	case a.status == http.StatusTooManyRequests:
		out.Kind, out.RetryAfter = dispatch.Throttled, a.retryAfter()
	case a.err != nil:
		out.Kind, out.Detail = dispatch.Unknown, a.err.Error()
	case a.status >= 200 && a.status <= 299:
		if out.SID = a.sid(); out.SID != "" {
			out.Kind = dispatch.Accepted
		} else {
			out.Kind, out.Detail = dispatch.Unknown, "the answer is not whole"
		}
	case a.refused():
		out.Kind, out.RetryAfter = a.refusal(), a.retryAfter()
	default:
		out.Kind = dispatch.Unknown
	}
	return out
}

// sid is that of a text in a whole answer, else empty.
func (a answer) sid() string {
	var text struct {
		SID string `json:"sid"`
	}
	if json.Unmarshal(a.body, &text) != nil || !messageSID.MatchString(text.SID) {
		return ""
	}
	return text.SID
}

// refusal tells apart what a refusal is about: the rate, the account, or this text alone. The numbers
// from 21000 to 21999 speak of the text, whatever the HTTP status.
func (a answer) refusal() dispatch.Kind {
	code := a.fault.Code
	switch {
	case code == codeTooManyRequests, code == codeSenderFull:
		return dispatch.Throttled
	case code == codeAuthenticate, code == codeInactive, code == codeSuspended:
		return dispatch.Refused
	case code >= 21000 && code <= 21999:
		return dispatch.Rejected
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return dispatch.Refused
	default:
		return dispatch.Rejected
	}
}
