package dispatch

// Reason is a word of message.reason: why a text was not sent or not delivered. The carrier's number
// stands beside it in message.error_code.
type Reason string

// Why a text was skipped or cancelled before it left.
const (
	ReasonOptedOut         Reason = "opted_out"
	ReasonHeld             Reason = "held"
	ReasonNoValue          Reason = "no_value"
	ReasonCampaignArchived Reason = "campaign_archived"
)

// Why a text that left, or tried to, did not arrive.
const (
	ReasonInvalidPhone      Reason = "invalid_phone"
	ReasonLandline          Reason = "landline"
	ReasonNotInUse          Reason = "not_in_use"
	ReasonPhoneOff          Reason = "phone_off"
	ReasonNoReason          Reason = "no_reason"
	ReasonCongested         Reason = "congested"
	ReasonSpam              Reason = "spam"
	ReasonRegion            Reason = "region"
	ReasonSenderSetUp       Reason = "sender_set_up"
	ReasonUnregistered      Reason = "unregistered"
	ReasonSenderFull        Reason = "sender_full"
	ReasonDailyLimit        Reason = "daily_limit"
	ReasonTooLong           Reason = "too_long"
	ReasonEmpty             Reason = "empty"
	ReasonCredentials       Reason = "credentials"
	ReasonSuspended         Reason = "suspended"
	ReasonNotFound          Reason = "not_found"
	ReasonRefused           Reason = "refused"
	ReasonOptedOutAtCarrier Reason = "opted_out_at_carrier"
)

// The carrier's numbers that change more than the text they came with.
const (
	codeOptedOut   = 21610
	codeSenderFull = 21611
)

// reasons is what the carrier's numbers mean (https://www.twilio.com/docs/api/errors).
var reasons = map[int]Reason{
	20003: ReasonCredentials,
	20005: ReasonSuspended,
	20404: ReasonNotFound,
	21211: ReasonInvalidPhone,
	21212: ReasonSenderSetUp,
	21214: ReasonInvalidPhone,
	21217: ReasonInvalidPhone,
	21408: ReasonRegion,
	21602: ReasonEmpty,
	21606: ReasonSenderSetUp,
	21607: ReasonSenderSetUp,
	21610: ReasonOptedOutAtCarrier,
	21611: ReasonSenderFull,
	21614: ReasonLandline,
	21617: ReasonTooLong,
	21659: ReasonSenderSetUp,
	30001: ReasonCongested,
	30002: ReasonSuspended,
	30003: ReasonPhoneOff,
	30005: ReasonNotInUse,
	30006: ReasonLandline,
	30007: ReasonSpam,
	30008: ReasonNoReason,
	30017: ReasonCongested,
	30032: ReasonUnregistered,
	30034: ReasonUnregistered,
	63038: ReasonDailyLimit,
}

var sentences = map[Reason]string{
	ReasonOptedOut:          "Not sent: they opted out.",
	ReasonHeld:              "Not sent: on hold until somebody has read what they wrote.",
	ReasonNoValue:           "Not sent: a field of the message was empty for them.",
	ReasonCampaignArchived:  "Not sent: the campaign was archived first.",
	ReasonInvalidPhone:      "This is not a phone number.",
	ReasonLandline:          "This is a landline; it cannot get texts.",
	ReasonNotInUse:          "Not delivered: the number is not in use.",
	ReasonPhoneOff:          "Not delivered: the phone was off.",
	ReasonNoReason:          "Not delivered: the phone company gave no reason.",
	ReasonCongested:         "Not delivered: the phone company had too much to do.",
	ReasonSpam:              "Refused by the phone company as spam.",
	ReasonRegion:            "Texts to this country are switched off in the carrier account.",
	ReasonSenderSetUp:       "Our number is not set up to send texts.",
	ReasonUnregistered:      "Our number is not registered with the phone companies.",
	ReasonSenderFull:        "Too many texts were waiting on our number.",
	ReasonDailyLimit:        "The carrier account reached its daily limit.",
	ReasonTooLong:           "The text is too long.",
	ReasonEmpty:             "The text is empty.",
	ReasonCredentials:       "The carrier does not accept the account's credentials.",
	ReasonSuspended:         "The carrier suspended the account.",
	ReasonNotFound:          "The carrier did not find what it was asked for.",
	ReasonRefused:           "Refused by the phone company.",
	ReasonOptedOutAtCarrier: "Not sent: they opted out with the carrier.",
}

// ReasonOf is what a number of the carrier means; 0 means nothing and a number that is not in the
// table ReasonRefused.
func ReasonOf(code int) Reason {
	if reason, ok := reasons[code]; ok || code == 0 {
		return reason
	}
	return ReasonRefused
}

// Sentence says the reason to a person; empty for the empty Reason.
func (r Reason) Sentence() string {
	if sentence, ok := sentences[r]; ok || r == "" {
		return sentence
	}
	return sentences[ReasonRefused]
}

// orRefused is the reason of a text that the carrier refused without a number.
func (r Reason) orRefused() Reason {
	if r == "" {
		return ReasonRefused
	}
	return r
}
