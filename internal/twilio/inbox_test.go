package twilio_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/dispatch/dispatchtest"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// inbox stores inbound texts as the rules of conversations would, as far as a webhook can tell: once
// for each SID.
type inbox struct {
	db *postgres.DB

	mu   sync.Mutex
	fail error // what the next texts meet
	got  []outreach.Inbound
}

func (i *inbox) receive(ctx context.Context, org postgres.OrgID, in outreach.Inbound) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fail != nil {
		return i.fail
	}
	return i.db.Org(ctx, org, func(tx *postgres.Tx) error {
		_, err := postgres.Value[int64](ctx, tx, `
			select id from phone_number where org_id = @org and phone = @to and released_at is null`, postgres.Args{"to": in.To})
		if errors.Is(err, postgres.ErrNotFound) {
			return outreach.ErrNoNumber
		}
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `
			with person as (
				insert into contact (org_id, phone) values (@org, @from)
				on conflict (org_id, phone) do update set phone = excluded.phone
				returning id
			)
			insert into message (org_id, contact_id, number_id, author, body, state, sid)
			select @org, person.id, n.id, 'contact', @body, 'received', @sid
			from person
			join phone_number n on n.org_id = @org and n.phone = @to and n.released_at is null
			on conflict do nothing`, postgres.Args{"from": in.From, "to": in.To, "body": in.Body, "sid": in.SID})
		if n > 0 {
			i.got = append(i.got, in)
		}
		return err
	})
}

func (i *inbox) failing(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.fail = err
}

func (i *inbox) texts() []outreach.Inbound {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.got)
}

// newInbox is an organization whose inbound texts are stored.
func newInbox(t *testing.T) (*dispatchtest.Org, *inbox) {
	t.Helper()
	w := dispatchtest.New(t, pgtest.DB(t), phonenet.Faults{})
	i := &inbox{db: w.DB}
	w.Received.Receiver = i.receive
	return w.NewOrg(), i
}

var sids int64
var sidsMu sync.Mutex

func newSID() string {
	sidsMu.Lock()
	defer sidsMu.Unlock()
	sids++
	return fmt.Sprintf("SM%032x", 0xabc0000+sids)
}

// inbound is a form as Twilio posts it.
func inbound(o *dispatchtest.Org, body string) url.Values {
	sid := newSID()
	return url.Values{
		"ToCountry": {"US"}, "ToState": {"ID"}, "SmsMessageSid": {sid}, "NumMedia": {"0"}, "ToCity": {""}, "FromZip": {""},
		"SmsSid": {sid}, "FromState": {"ID"}, "SmsStatus": {"received"}, "FromCity": {"BOISE"}, "Body": {body},
		"FromCountry": {"US"}, "To": {string(o.Phone)}, "ToZip": {""}, "NumSegments": {"1"}, "MessageSid": {sid},
		"AccountSid": {o.Account.SID}, "From": {string(dispatchtest.NewPhone())}, "ApiVersion": {"2010-04-01"},
	}
}

// post sends a form with a signature and returns the HTTP status.
func post(o *dispatchtest.Org, path, body, signature string) int {
	o.T.Helper()
	req, err := http.NewRequestWithContext(o.T.Context(), http.MethodPost, o.Public.URL+path, strings.NewReader(body))
	if err != nil {
		o.T.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	req.Header.Set("X-Twilio-Signature", signature)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.T.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func signed(o *dispatchtest.Org, path string, form url.Values) int {
	o.T.Helper()
	return post(o, path, form.Encode(), phonenet.Sign(o.Account.Token, o.Public.URL+path, form))
}

// stored counts everything that webhooks of the organization can have stored.
func stored(o *dispatchtest.Org) int {
	o.T.Helper()
	return dispatchtest.Value[int](o, `
		select (select count(*) from message where org_id = @org) + (select count(*) from webhook where org_id = @org)
			+ (select count(*) from stray_text where org_id = @org)`, nil)
}
