package twilio

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"parley/internal/dispatch"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Status takes status callbacks. It answers 204 when the status is stored, and refuses as Messages
// does.
func (w *Webhooks) Status(rw http.ResponseWriter, r *http.Request) {
	h, err := w.verify(rw, r)
	if err == nil {
		err = w.takeStatus(r.Context(), h, r.URL.Query().Get("a"))
	}
	if err != nil {
		w.answerError(rw, r, err)
		return
	}
	rw.WriteHeader(http.StatusNoContent)
}

func (w *Webhooks) takeStatus(ctx context.Context, h hook, token string) error {
	status, known, err := readStatus(h.form, token)
	if err != nil || !known {
		return err
	}
	from, ok := readPhone(h.form["From"])
	if _, to := readPhone(h.form["To"]); !ok || !to {
		return forged("a parameter has not its shape")
	}
	org, ok := w.known.owner(from, h.orgs)
	if !ok {
		if org, err = w.owner(ctx, h, from); err == nil {
			w.known.remember(from, org)
		}
	}
	if errors.Is(err, errUnowned) { // released since
		return w.settleAny(ctx, h, status)
	}
	if err != nil {
		return err
	}
	return w.settle(ctx, org, h.form, status)
}

// knownNumbers remembers for a moment who has a number: hundreds of statuses and texts a second come of
// the same few. A status that goes astray finds no text, and a text finds that the organization does not
// have the number any more; then it is looked for anew.
type knownNumbers struct {
	mu     sync.Mutex
	owners map[sms.Phone]knownOwner
}

type knownOwner struct {
	org   postgres.OrgID
	until time.Time
}

// owner is false if the number is not known to belong to one of orgs.
func (k *knownNumbers) owner(number sms.Phone, orgs []postgres.OrgID) (postgres.OrgID, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	o := k.owners[number]
	return o.org, time.Now().Before(o.until) && slices.Contains(orgs, o.org)
}

func (k *knownNumbers) forget(number sms.Phone) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.owners, number)
}

func (k *knownNumbers) remember(number sms.Phone, org postgres.OrgID) {
	const most = 10_000
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.owners == nil || len(k.owners) >= most {
		k.owners = map[sms.Phone]knownOwner{}
	}
	k.owners[number] = knownOwner{org, time.Now().Add(remember)}
}

// settleAny is for a number that nobody has any more: the text is of one of the account's
// organizations, and the others do not know it.
func (w *Webhooks) settleAny(ctx context.Context, h hook, status dispatch.Status) error {
	for _, org := range h.orgs {
		if err := w.settle(ctx, org, h.form, status); err != nil {
			return err
		}
	}
	return nil
}

func (w *Webhooks) settle(ctx context.Context, org postgres.OrgID, form map[string]string, status dispatch.Status) error {
	err := w.settler.Settle(ctx, org, status)
	if err == nil || postgres.IsAway(err) || ctx.Err() != nil {
		return err
	}
	w.log.Error("could not process a status; it is kept and tried again", "org", org, "sid", status.SID, "error", err)
	return w.keepFailed(ctx, org, failed{kind: kindStatus, form: form, token: status.Token, err: err})
}

// readStatus reads a form whose signature is good. known is false for a word that says nothing about
// an outbound text.
func readStatus(form map[string]string, token string) (status dispatch.Status, known bool, err error) {
	status.SID = form["MessageSid"]
	if token != "" {
		if status.Token, err = dispatch.ParseToken(token); err != nil {
			return status, false, forged("the token has not its shape")
		}
	}
	if other, ok := form["SmsSid"]; ok && other != status.SID {
		return status, false, forged("the SIDs differ")
	}
	if code, ok := form["ErrorCode"]; ok && code != "" {
		if status.ErrorCode, err = strconv.Atoi(code); err != nil || status.ErrorCode < 0 || status.ErrorCode > 999_999 {
			return status, false, forged("the error code is no number")
		}
	}
	word, ok := form["MessageStatus"]
	if !ok {
		return status, false, forged("the parameter MessageStatus is missing")
	}
	if other, ok := form["SmsStatus"]; ok && other != word {
		return status, false, forged("the statuses differ")
	}
	status.State, known = stateOf(word)
	return status, known, nil
}
