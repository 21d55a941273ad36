package twilio

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"parley/internal/dispatch"
	"parley/internal/sms"
)

// maxValidity is the longest ValidityPeriod that Twilio takes, and its default.
const maxValidity = 36000 * time.Second

func (c *Client) params(text dispatch.Text) *api.CreateMessageParams {
	p := &api.CreateMessageParams{}
	p.SetTo(string(text.To)).SetFrom(string(text.From)).SetBody(text.Body)
	p.SetStatusCallback(c.public + StatusPath + "?a=" + text.Token.String())
	if text.Validity > 0 {
		p.SetValidityPeriod(int(max(time.Second, min(text.Validity, maxValidity)).Seconds()))
	}
	if len(text.Media) > 0 {
		p.SetMediaUrl(text.Media)
	}
	return p
}

// message is one of Twilio's list.
type message struct {
	dispatch.Listed
	inbound, outbound bool
	media             int
}

const pageSize = 1000 // Twilio's largest

// eachMessage pages by hand through the list, newest first, until it is older than q.Since. The
// library's own paging loses what it has read when a later page fails.
func (c *Client) eachMessage(ctx context.Context, q dispatch.Query, fn func(message)) error {
	params := &api.ListMessageParams{}
	params.SetPageSize(pageSize)
	if q.From != "" {
		params.SetFrom(string(q.From))
	}
	if q.To != "" {
		params.SetTo(string(q.To))
	}
	since := q.Since.Truncate(time.Second)
	if q.From == "" && q.To == "" && !since.IsZero() {
		// Not for a pair of phones: an outbound text has no such date until it is sent.
		params.SetDateSentAfter(since.UTC())
	}
	for token, number := "", ""; ; {
		call, err := c.call(ctx, q.Org)
		if err != nil {
			return err
		}
		page, err := call.service().PageMessage(params, token, number)
		if err != nil {
			return fmt.Errorf("list texts: %w", err)
		}
		old := false
		for _, m := range page.Messages {
			read, ok := readMessage(m)
			if !ok {
				continue
			}
			if old = read.Created.Before(since); !old {
				fn(read)
			}
		}
		next := value(page.NextPageUri)
		if old || next == "" {
			return nil
		}
		if token, number, err = nextPage(next); err != nil {
			return err
		}
	}
}

func nextPage(uri string) (token, number string, err error) {
	u, err := url.Parse(uri)
	if err != nil {
		return "", "", fmt.Errorf("read the address of the next page: %w", err)
	}
	token, number = u.Query().Get("PageToken"), u.Query().Get("Page")
	if token == "" {
		return "", "", fmt.Errorf("read the address of the next page: it names no page")
	}
	return token, number, nil
}

// readMessage is false for what is no text between two phones.
func readMessage(m api.ApiV2010Message) (message, bool) {
	created, err := time.Parse(time.RFC1123Z, value(m.DateCreated))
	if err != nil || !messageSID.MatchString(value(m.Sid)) {
		return message{}, false
	}
	direction := value(m.Direction)
	media, err := strconv.Atoi(value(m.NumMedia))
	if err != nil {
		media = 0
	}
	state, ok := stateOf(value(m.Status))
	if !ok {
		state = dispatch.StateAccepted // it is in the list
	}
	return message{
		Listed: dispatch.Listed{
			SID: value(m.Sid), From: sms.Phone(value(m.From)), To: sms.Phone(value(m.To)), Body: value(m.Body),
			State: state, ErrorCode: value(m.ErrorCode), Created: created,
		},
		inbound: direction == "inbound", outbound: strings.HasPrefix(direction, "outbound"), media: media,
	}, true
}

// stateOf translates Twilio's word for where an outbound text is; false if it has none of our states.
func stateOf(status string) (dispatch.State, bool) {
	switch status {
	case "accepted", "scheduled", "queued", "sending":
		return dispatch.StateAccepted, true
	case "sent":
		return dispatch.StateSent, true
	case "delivered", "read", "partially_delivered":
		return dispatch.StateDelivered, true
	case "undelivered":
		return dispatch.StateUndelivered, true
	case "failed", "canceled":
		return dispatch.StateFailed, true
	default:
		return "", false
	}
}

// value is what a pointer of the library's points to, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
