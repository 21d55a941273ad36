package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
)

// benchSend sends campaigns to the simulated phone network over the loopback, with a row for each text
// and for each attempt: once until the network has taken each text, once until it has delivered each and
// told so twice. The limit is a bare client that posts the same texts.
func benchSend(s *stage) error {
	people := min(max(s.size/40, 5_000), 50_000)
	remark(s.out, "%d texts with %d in flight; the simulated network shares the process, and its memory counts", people, inFlight)
	accepted, err := s.sendAll(people, phonenet.Faults{CallbackDropped: 1}, "accepted")
	if err != nil {
		return err
	}
	figure(s.out, "send_rate", accepted, "/s")
	delivered, err := s.sendAll(people, phonenet.Faults{}, "delivered")
	if err != nil {
		return err
	}
	figure(s.out, "send_rate_delivered", delivered, "/s")
	limit, err := s.bareSend()
	if err != nil {
		return err
	}
	figure(s.out, "send_rate_limit", limit, "/s")
	figure(s.out, "send_ratio", accepted/limit, "x")
	return s.memory("send")
}

// sendAll is how many texts a second reach a state, from the start of a sender to the last text.
func (s *stage) sendAll(people int, faults phonenet.Faults, state string) (perSecond float64, err error) {
	m, args, err := s.gather(people, outreach.Sending)
	if err != nil {
		return 0, err
	}
	err = s.rows("a campaign to be sent", args, textsSQL("'queued'"), `
		insert into campaign_count (org_id, campaign_id, slot, queued) values (@org, @campaign, 0, @n::int)`)
	if err != nil {
		return 0, err
	}
	if err := s.pack(); err != nil {
		return 0, err
	}
	if err := s.network.SetFaults(faults); err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancel(s)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	sender := dispatch.NewSender(s.db, s.carrier, dispatch.Options{InFlight: inFlight, Log: log})
	ended := make(chan error, 1)
	took, err := timed(func() error {
		go func() { ended <- sender.Run(ctx) }()
		return s.until(m.ID, `select coalesce(sum(`+state+`), 0) = @people from campaign_count where org_id = @org and campaign_id = @campaign`,
			postgres.Args{"campaign": m.Campaign, "people": people})
	})
	stop()
	if runErr := <-ended; err == nil {
		err = runErr
	}
	return float64(people) / took.Seconds(), err
}

// How long the bare client posts.
const (
	bareWarmup = time.Second
	bareTime   = 5 * time.Second
)

// bareSend is how many texts a second the network takes from a client that only posts them.
func (s *stage) bareSend() (perSecond float64, err error) {
	t, err := s.found("University of bare clients")
	if err != nil {
		return 0, err
	}
	if err := s.network.SetFaults(phonenet.Faults{CallbackDropped: 1}); err != nil {
		return 0, err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: inFlight}}
	defer client.CloseIdleConnections()
	counted := s.counted(bareWarmup, bareTime)
	defer counted.cancel()
	var posted atomic.Int64
	took, err := closed(counted.Context, inFlight, func(ctx context.Context) (time.Duration, error) {
		return timed(func() error { return s.post(ctx, client, t, posted.Add(1)) })
	}).begun(counted.interval)
	return float64(len(took)) / bareTime.Seconds(), err
}

func (s *stage) post(ctx context.Context, client *http.Client, t *tenant, n int64) error {
	form := url.Values{"To": {fmt.Sprintf("+1541%07d", 2000000+n)}, "From": {string(t.Phone)}, "Body": {message},
		"StatusCallback": {s.public.String() + "/twilio/status"}}
	address := s.phones.String() + "/2010-04-01/Accounts/" + t.Account.SID + "/Messages.json"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(t.Account.SID, t.Account.Token)
	res, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("post a text: %w", err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusCreated {
		return fmt.Errorf("post a text: the network answered %d: %w", res.StatusCode, err)
	}
	return nil
}
