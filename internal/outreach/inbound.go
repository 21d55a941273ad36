package outreach

import (
	"parley/internal/sms"
)

// Inbound is a text from a person, as the carrier handed it over: signature checked, shape checked.
type Inbound struct {
	SID   string // the carrier's id of the text; the same one twice is one text
	From  sms.Phone
	To    sms.Phone
	Body  string // cleaned
	Media []Media
}

// Media is a picture or file that came with a text. It stays at the carrier.
type Media struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
}
