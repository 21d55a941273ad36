package phonenet

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"mime"
	"strings"
)

// twiml is the part of TwiML that answers an inbound text
// (https://www.twilio.com/docs/messaging/twiml).
type twiml struct {
	XMLName  xml.Name       `xml:"Response"`
	Messages []twimlMessage `xml:"Message"`
}

type twimlMessage struct {
	To    string   `xml:"to,attr"`
	From  string   `xml:"from,attr"`
	Text  string   `xml:",chardata"`
	Body  string   `xml:"Body"`
	Media []string `xml:"Media"`
}

func (t twimlMessage) body() string {
	if t.Body != "" {
		return t.Body
	}
	return strings.TrimSpace(t.Text)
}

// readTwiML reads an answer to an inbound text. An empty answer is no reply;
// plain text is one reply.
func readTwiML(contentType string, body []byte) ([]twimlMessage, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, errBadContent(contentType)
	}
	switch kind {
	case "text/plain":
		return []twimlMessage{{Text: string(body)}}, nil
	case "text/xml", "application/xml", "text/html":
		var doc twiml
		if err := xml.Unmarshal(body, &doc); err != nil {
			return nil, fmt.Errorf("read TwiML: %w", err)
		}
		return doc.Messages, nil
	}
	return nil, errBadContent(kind)
}

type errBadContent string

func (e errBadContent) Error() string { return fmt.Sprintf("read TwiML: content type %q", string(e)) }

// obeyTwiML does what the answer to an inbound text says and returns Twilio's
// code of what is wrong with the answer, or 0.
func (n *Network) obeyTwiML(m *message, out outcome) int {
	if !out.ok() {
		return codeWebhookFailed
	}
	messages, err := readTwiML(out.contentType, out.body)
	switch err.(type) {
	case nil:
	case errBadContent:
		return codeBadContent
	default:
		return codeBadTwiML
	}
	for _, reply := range messages {
		to, from := reply.To, reply.From
		if to == "" {
			to = m.from
		}
		if from == "" {
			from = m.to
		}
		n.reply(to, from, reply.body(), reply.Media)
	}
	return 0
}
