package twilio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Receiver takes inbound texts. The same text twice, by SID, is one text. An error means that nothing
// of it was stored.
type Receiver interface {
	Receive(ctx context.Context, org postgres.OrgID, in outreach.Inbound) error
}

// Webhooks answers Twilio. Nothing is answered with success that is not stored.
type Webhooks struct {
	db       *postgres.DB
	vault    *Vault
	client   *Client
	receiver Receiver
	settler  *dispatch.Settler
	log      *slog.Logger
	known    knownNumbers
	// refused: a webhook may have come that was not stored, so the carrier's list is to be consulted.
	refused atomic.Bool
}

// NewWebhooks returns handlers for the accounts of the client's vault, at its public address.
func NewWebhooks(db *postgres.DB, client *Client, receiver Receiver, settler *dispatch.Settler) *Webhooks {
	w := &Webhooks{db: db, vault: client.vault, client: client, receiver: receiver, settler: settler, log: slog.Default()}
	w.refused.Store(true) // before this process began they may have met nobody
	return w
}

// WithLog makes w tell log of trouble instead of slog.Default().
func (w *Webhooks) WithLog(log *slog.Logger) *Webhooks {
	w.log = log
	return w
}

// longestForm is far above the longest text, every character escaped, with ten pictures.
const longestForm = 64 << 10

// refusal is an answer other than success. A 4xx is final; a 5xx makes Twilio try the fallback.
type refusal struct {
	status int
	why    string
}

func (r *refusal) Error() string { return r.why }

func refuse(status int, why string) error { return &refusal{status, why} }

// forged is the answer to what Twilio has not sent, or not to us. It says no more, so that it is of no
// help to who tries.
func forged(why string) error { return refuse(http.StatusForbidden, why) }

// answerError answers a request that was not stored.
func (w *Webhooks) answerError(rw http.ResponseWriter, r *http.Request, err error) {
	if refused, ok := errors.AsType[*refusal](err); ok {
		w.log.Warn("refused a webhook", "path", r.URL.Path, "status", refused.status, "why", refused.why)
		http.Error(rw, http.StatusText(refused.status), refused.status)
		return
	}
	w.refused.Store(true)
	w.log.Error("could not store a webhook", "path", r.URL.Path, "error", err)
	http.Error(rw, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
}

// parameter is the shape of a name of Twilio's. Names that are not known come without notice and are
// let through.
var parameter = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)

// readForm reads the parameters of a POST, each of which may occur once.
func readForm(rw http.ResponseWriter, r *http.Request) (map[string]string, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, refuse(http.StatusUnsupportedMediaType, "the body is no form")
	}
	if r.ContentLength > longestForm {
		return nil, refuse(http.StatusRequestEntityTooLarge, "the body is too long")
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, longestForm))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, refuse(http.StatusRequestEntityTooLarge, "the body is too long")
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the body ended early")
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the body is no form")
	}
	form := make(map[string]string, len(values))
	for key, value := range values {
		if len(value) != 1 {
			return nil, forged("a parameter occurs twice")
		}
		if !parameter.MatchString(key) {
			return nil, forged("a parameter has a name that is not Twilio's")
		}
		form[key] = value[0]
	}
	return form, nil
}

// hook is a webhook whose signature is good.
type hook struct {
	form map[string]string
	orgs []postgres.OrgID // that have connected the account; usually one
}

// verify reads a request and says whether Twilio sent it for an account of ours.
func (w *Webhooks) verify(rw http.ResponseWriter, r *http.Request) (hook, error) {
	form, err := readForm(rw, r)
	if err != nil {
		return hook{}, err
	}
	sid := form["AccountSid"]
	if !accountSID.MatchString(sid) || !messageSID.MatchString(form["MessageSid"]) {
		return hook{}, forged("an SID has not its shape")
	}
	owners, err := w.vault.Owners(r.Context(), sid)
	if err != nil {
		return hook{}, err
	}
	h := hook{form: form}
	address := w.client.public + r.URL.RequestURI()
	for _, org := range owners {
		account, err := w.vault.Account(r.Context(), org)
		if err != nil {
			return hook{}, err
		}
		if account.SID == sid && signed(r.Header.Get("X-Twilio-Signature"), address, form, account.Token, account.PreviousToken) {
			h.orgs = append(h.orgs, org)
		}
	}
	if len(h.orgs) == 0 {
		return hook{}, forged("the signature is not the account's")
	}
	return h, nil
}

// errUnowned means that no organization has the number.
var errUnowned = errors.New("nobody here has the number")

// owner is the organization that has our number of the webhook, which must have connected the account
// that signed it; errUnowned if nobody has.
func (w *Webhooks) owner(ctx context.Context, h hook, number sms.Phone) (postgres.OrgID, error) {
	var org postgres.OrgID
	// Through Everyone: a number is the way from a webhook to its organization.
	err := w.db.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		org, err = postgres.Value[postgres.OrgID](ctx, tx, "select org_id from number_owner where phone = @phone",
			postgres.Args{"phone": number})
		return err
	})
	switch {
	case errors.Is(err, postgres.ErrNotFound):
		return 0, errUnowned
	case err != nil:
		return 0, fmt.Errorf("find who has a number: %w", err)
	case !slices.Contains(h.orgs, org):
		return 0, forged("the number belongs to another account")
	}
	return org, nil
}

// readPhone is false for what is no phone number in E.164. Short codes and names, which can text but
// not be texted from here, are not.
func readPhone(text string) (sms.Phone, bool) {
	return sms.Phone(text), sms.IsE164(text)
}

// cleaned is the form without what the database refuses.
func cleaned(form map[string]string) map[string]string {
	out := make(map[string]string, len(form))
	for key, value := range form {
		out[key] = sms.Clean(strings.ToValidUTF8(value, "\uFFFD"))
	}
	return out
}
