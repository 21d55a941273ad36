package twilio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"

	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// emptyResponse tells Twilio to answer nothing by itself.
const emptyResponse = `<?xml version="1.0" encoding="UTF-8"?><Response/>`

// mostMedia is how many pictures or files a text can have.
const mostMedia = 10

// Messages takes inbound texts. It answers 200 when the text is stored, be it in its conversation, as
// a stray text to a number that nobody has, or in the queue of webhooks that could not be processed;
// 403 for what Twilio has not sent or sent for another account; 503 while the database is away.
func (w *Webhooks) Messages(rw http.ResponseWriter, r *http.Request) {
	h, err := w.verify(rw, r)
	if err == nil {
		err = w.takeMessage(r.Context(), h)
	}
	if err != nil {
		w.answerError(rw, r, err)
		return
	}
	rw.Header().Set("Content-Type", "text/xml; charset=utf-8")
	io.WriteString(rw, emptyResponse)
}

func (w *Webhooks) takeMessage(ctx context.Context, h hook) error {
	in, err := readInbound(h.form)
	if err != nil {
		return err
	}
	org, known := w.known.owner(in.To, h.orgs)
	if !known {
		if org, err = w.owner(ctx, h, in.To); err == nil {
			w.known.remember(in.To, org)
		}
	}
	if errors.Is(err, errUnowned) {
		if err := w.confirmIfOdd(ctx, h.orgs[0], h.form); err != nil {
			return err
		}
		return w.keepStray(ctx, h.orgs[0], in)
	}
	if err != nil {
		return err
	}
	if err := w.confirmIfOdd(ctx, org, h.form); err != nil {
		return err
	}
	err = w.receive(ctx, org, in)
	if known && errors.Is(err, outreach.ErrNoNumber) { // it has changed hands since
		w.known.forget(in.To)
		return w.takeMessage(ctx, h)
	}
	return w.keepIfFailed(ctx, org, failed{kind: kindMessage, form: h.form, err: err})
}

// hand brings a text to the rules, or keeps it if they cannot process it.
func (w *Webhooks) hand(ctx context.Context, org postgres.OrgID, in outreach.Inbound, form map[string]string) error {
	return w.keepIfFailed(ctx, org, failed{kind: kindMessage, form: form, err: w.receive(ctx, org, in)})
}

// keepIfFailed keeps a text that could not be processed, unless the database is away and the carrier will
// bring it again.
func (w *Webhooks) keepIfFailed(ctx context.Context, org postgres.OrgID, f failed) error {
	if f.err == nil || postgres.IsAway(f.err) || ctx.Err() != nil {
		return f.err
	}
	w.log.Error("could not process an inbound text; it is kept and tried again", "org", org, "sid", f.form["MessageSid"], "error", f.err)
	return w.keepFailed(ctx, org, f)
}

// receive hands a text on. A panic over it is an error like any other: it must not cost the text.
func (w *Webhooks) receive(ctx context.Context, org postgres.OrgID, in outreach.Inbound) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.log.Error("panic over an inbound text", "org", org, "sid", in.SID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("process an inbound text: panic: %v", p)
		}
	}()
	return w.receiver.Receive(ctx, org, in)
}

// mediaURL is where Twilio keeps pictures and files of a text.
var mediaURL = regexp.MustCompile(`^https?://[^\s]+$`)

// readInbound reads a form whose signature is good. Twilio signs keys and values without a sign
// between them, so a form can be cut up anew under the same signature: every parameter that must be
// there must be, and in its shape.
func readInbound(form map[string]string) (outreach.Inbound, error) {
	for _, key := range []string{"Body", "From", "To", "NumMedia"} {
		if _, ok := form[key]; !ok {
			return outreach.Inbound{}, forged("the parameter " + key + " is missing")
		}
	}
	from, ok1 := readPhone(form["From"])
	to, ok2 := readPhone(form["To"])
	media, err := strconv.Atoi(form["NumMedia"])
	if !ok1 || !ok2 || err != nil || media < 0 || media > mostMedia {
		return outreach.Inbound{}, forged("a parameter has not its shape")
	}
	for _, key := range []string{"SmsSid", "SmsMessageSid"} {
		if sid, ok := form[key]; ok && sid != form["MessageSid"] {
			return outreach.Inbound{}, forged("the SIDs differ")
		}
	}
	if version, ok := form["ApiVersion"]; ok && !apiVersion.MatchString(version) {
		return outreach.Inbound{}, forged("a parameter has not its shape")
	}
	in := outreach.Inbound{SID: form["MessageSid"], From: from, To: to, Body: sms.Clean(form["Body"])}
	for i := range media {
		address := form["MediaUrl"+strconv.Itoa(i)]
		if !mediaURL.MatchString(address) {
			return outreach.Inbound{}, forged("a parameter has not its shape")
		}
		in.Media = append(in.Media, outreach.Media{URL: sms.Clean(address), ContentType: sms.Clean(form["MediaContentType"+strconv.Itoa(i)])})
	}
	return in, nil
}

var apiVersion = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// confirmIfOdd asks Twilio for the text if its form could be one cut up anew: the end of the body, if
// it happens to begin like a parameter between Body and From, can be made one without a change of the
// signature. Such a parameter may also be new, so the form is neither believed nor refused for it.
func (w *Webhooks) confirmIfOdd(ctx context.Context, org postgres.OrgID, form map[string]string) error {
	odd := false
	for key := range form {
		odd = odd || key > "Body" && key < "From"
	}
	if !odd {
		return nil
	}
	text, err := w.client.Fetch(ctx, org, form["MessageSid"])
	if errors.Is(err, dispatch.ErrNoText) {
		return forged("Twilio does not know the text")
	}
	if err != nil {
		return fmt.Errorf("confirm an inbound text: %w", err)
	}
	if text.Body != form["Body"] {
		return forged("the text is not what Twilio has")
	}
	return nil
}

// keepStray keeps a text to a number of the account that nobody here has, for the operator.
func (w *Webhooks) keepStray(ctx context.Context, org postgres.OrgID, in outreach.Inbound) error {
	err := w.db.Org(ctx, org, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into stray_text (org_id, sid, sender, recipient, body)
			values (@org, @sid, @sender, @recipient, @body)
			on conflict (org_id, sid) do nothing`,
			postgres.Args{"sid": in.SID, "sender": in.From, "recipient": in.To, "body": in.Body})
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a text to a number that nobody has: %w", err)
	}
	return nil
}
