package phonenet

import (
	"net/url"
	"strconv"
	"time"
)

const apiVersion = "2010-04-01"

// webhookForm writes the fields of a webhook, all of those Twilio sends.
func webhookForm(m *message, p parcel) url.Values {
	if p.inbound {
		return inboundForm(m)
	}
	form := url.Values{
		"MessageSid": {m.sid}, "SmsSid": {m.sid},
		"MessageStatus": {p.status.String()}, "SmsStatus": {p.status.String()},
		"AccountSid": {m.account.sid}, "From": {m.from}, "To": {m.to}, "ApiVersion": {apiVersion},
	}
	if m.service != "" {
		form.Set("MessagingServiceSid", m.service)
	}
	if p.code != 0 {
		form.Set("ErrorCode", strconv.Itoa(p.code))
	}
	if p.status == StatusDelivered || p.status == StatusUndelivered {
		form.Set("RawDlrDoneDate", time.Now().UTC().Format("0601021504")) // YYMMDDhhmm
	}
	return form
}

func inboundForm(m *message) url.Values {
	from, to := placeOf(m.from), placeOf(m.to)
	form := url.Values{
		"ToCountry": {to.country}, "ToState": {to.state}, "ToCity": {to.city}, "ToZip": {to.zip},
		"FromCountry": {from.country}, "FromState": {from.state}, "FromCity": {from.city}, "FromZip": {from.zip},
		"SmsMessageSid": {m.sid}, "SmsSid": {m.sid}, "MessageSid": {m.sid}, "AccountSid": {m.account.sid},
		"SmsStatus": {"received"}, "NumMedia": {strconv.Itoa(len(m.media))}, "NumSegments": {strconv.Itoa(int(m.segments))},
		"Body": {m.body}, "From": {m.from}, "To": {m.to}, "ApiVersion": {apiVersion},
	}
	for i, address := range m.media {
		form.Set("MediaUrl"+strconv.Itoa(i), address)
		form.Set("MediaContentType"+strconv.Itoa(i), mediaType(address))
	}
	return form
}
