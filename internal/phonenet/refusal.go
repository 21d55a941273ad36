package phonenet

import "fmt"

// refusal is an answer by which the API did not do what was asked. Codes and
// wording follow https://www.twilio.com/docs/api/errors.
type refusal struct {
	status  int // HTTP
	code    int
	message string
}

func (r *refusal) Error() string { return fmt.Sprintf("refuse with %d: %s", r.code, r.message) }

func refuse(code int, format string, args ...any) *refusal {
	return &refusal{status: 400, code: code, message: fmt.Sprintf(format, args...)}
}

var (
	errAuthenticate = &refusal{401, 20003, "Authenticate"}
	errInactive     = &refusal{403, 20005, "Account not active"}
	errTooMany      = &refusal{429, 20429, "Too Many Requests"}
	errInternal     = &refusal{500, 20500, "Internal Server Error"}
	errUnavailable  = &refusal{503, 20503, "Service unavailable"}
)

func notFound(path string) *refusal {
	return &refusal{404, 20404, "The requested resource " + path + " was not found"}
}

// Codes that reach the sender in a status callback instead of an answer.
const (
	codeQueueExpired  = 30001 // still queued when its validity period ended
	codeUnreachable   = 30003
	codeUnknownError  = 30008
	codeLandline      = 30006
	codeFiltered      = 30007
	codeWebhookFailed = 11200
	codeBadTwiML      = 12100
	codeBadContent    = 12300
	codeOptedOut      = 21610
)

// codeMeaning is the short text of a code for people.
var codeMeaning = map[int]string{
	20003: "wrong account or token",
	20005: "account suspended",
	20429: "too many requests",
	20500: "server error",
	21211: "not a phone number",
	21266: "to itself",
	21606: "sender not owned",
	21608: "unverified, trial account",
	21610: "opted out",
	21611: "sender's queue is full",
	21614: "landline",
	21617: "longer than 1,600 characters",
	30001: "waited too long",
	30003: "phone out of reach",
	30006: "landline",
	30007: "refused as spam",
	30008: "lost on the way",
	11200: "program did not answer",
	12100: "program's answer is not TwiML",
	12300: "program's answer has a wrong type",
}
