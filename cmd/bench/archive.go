package main

import (
	"context"
	"sync"
	"time"

	"parley/internal/outreach"
)

// What goes on while a campaign is archived: a page of the inbox 20 times a second, as of an office
// of a hundred people, and 40 texts a second from people of that campaign.
const (
	pageEvery = 50 * time.Millisecond
	textEvery = 25 * time.Millisecond
	// before is how long the load runs before the archive, so that nothing in it is the first of its kind.
	before = 2 * time.Second
)

// benchArchive stops and archives a campaign with conversations of all its people, 1 % of whom wait,
// on a reusable number, and looks at what others feel of it.
func benchArchive(s *stage) error {
	m, err := s.massOf(s.size)
	if err != nil {
		return err
	}
	name := "archive_" + sized(m.People)
	remark(s.out, "A campaign of %d conversations is archived under a load; pages and texts as they were while it ran, 99th percentile", m.People)
	b, err := s.signIn(m.Manager)
	if err != nil {
		return err
	}
	texts, err := s.texting(m, []string{"ok thank you", "can i still file after the deadline"}, inFlight)
	if err != nil {
		return err
	}
	defer texts.close()
	ctx, stop := context.WithCancel(s)
	defer stop()
	var work sync.WaitGroup
	var pages, inbound *load
	work.Go(func() {
		pages = open(ctx, pageEvery, func(context.Context) (time.Duration, error) { return b.get("/inbox") })
	})
	work.Go(func() { inbound = open(ctx, textEvery, texts.text) })
	time.Sleep(before)
	archived := interval{from: time.Now()}
	err = outreach.NewDesk(s.db, m.Manager).Archive(s, m.Campaign, true)
	archived.to = time.Now()
	stop()
	work.Wait()
	if err != nil {
		return err
	}
	delete(s.campaigns, m.People) // it is another campaign now
	figure(s.out, name, archived.to.Sub(archived.from).Seconds(), "s")
	if err := s.felt(name+"_slowest_inbox_page", pages, archived); err != nil {
		return err
	}
	if err := s.felt(name+"_slowest_inbound", inbound, archived); err != nil {
		return err
	}
	return s.memory(name)
}

// felt prints how slow the slowest hundredth of what went on in an interval was.
func (s *stage) felt(name string, l *load, during interval) error {
	took, err := l.within(during)
	if err != nil {
		return err
	}
	figure(s.out, name, millis(took.quantile(0.99)), "ms")
	remark(s.out, "of %d; their median was %.1f ms", len(took), millis(took.quantile(0.5)))
	return nil
}
