package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/phonenet"
	"parley/internal/twilio"
)

// carrier texts the program as Twilio does: forms over HTTP, signed.
type carrier struct {
	tenant  *tenant
	address string
	client  *http.Client
	people  []string // phones
	bodies  []string
}

// texting is the carrier of a campaign's people, who say one of bodies, over so many connections.
func (s *stage) texting(m *mass, bodies []string, connections int) (*carrier, error) {
	people, err := s.phonesOf(m)
	if err != nil {
		return nil, err
	}
	return &carrier{tenant: m.tenant, address: s.public.String() + twilio.MessagesPath, people: people, bodies: bodies,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}}, nil
}

var sids atomic.Int64

// text posts one text of anybody and is how long the program took to answer that it is stored.
func (c *carrier) text(ctx context.Context) (time.Duration, error) {
	sid := fmt.Sprintf("SM%032x", sids.Add(1))
	form := url.Values{
		"AccountSid": {c.tenant.Account.SID}, "ApiVersion": {"2010-04-01"}, "MessageSid": {sid}, "SmsSid": {sid}, "SmsMessageSid": {sid},
		"From": {c.people[rand.IntN(len(c.people))]}, "To": {string(c.tenant.Phone)}, "Body": {c.bodies[rand.IntN(len(c.bodies))]},
		"NumMedia": {"0"}, "NumSegments": {"1"}, "SmsStatus": {"received"}, "FromCountry": {"US"}, "ToCountry": {"US"},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set("X-Twilio-Signature", phonenet.Sign(c.tenant.Account.Token, c.address, form))
	start := time.Now()
	res, err := c.client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("text the program: %w", err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("text the program: it answered %d: %w", res.StatusCode, err)
	}
	return time.Since(start), nil
}

func (c *carrier) close() { c.client.CloseIdleConnections() }

// mostPhones is more than ever text in one run.
const mostPhones = 100_000

// phonesOf are the phones of the people of a campaign.
func (s *stage) phonesOf(m *mass) ([]string, error) {
	rows, err := s.admin.Query(s, `
		select phone from contact where org_id = $1 and id > $2 and id <= $2 + $3 order by id limit $4`,
		m.ID, m.contacts, m.People, mostPhones)
	if err != nil {
		return nil, fmt.Errorf("read the phones of a campaign: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
