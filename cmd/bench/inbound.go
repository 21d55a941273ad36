package main

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/outreach"
)

// How long texts come in at each concurrency: a moment that is not counted, so that connections are
// open and the bot is trained, and what is.
const (
	inboundWarmup = time.Second
	inboundTime   = 6 * time.Second
)

// benchInbound has people who were texted ask what the bot knows: each text is a signed webhook over
// the loopback that is answered when it is stored, routed to its campaign, decided by the bot, and its
// answer queued, all in one synced transaction. The limit are the same changes of rows by pgbench.
func benchInbound(s *stage) error {
	m, err := s.quietCampaign(min(max(s.size/10, 10_000), mostPhones))
	if err != nil {
		return err
	}
	questions, err := s.questions(m.tenant)
	if err != nil {
		return err
	}
	remark(s.out, "Inbound texts at 1, 8 and 32 connections; the clients share the machine")
	var rate float64
	for _, connections := range []int{1, 8, limitConnections} {
		if rate, err = s.textIn(m, questions, connections); err != nil {
			return err
		}
	}
	if err := s.remarkAnswered(m); err != nil {
		return err
	}
	limit, err := s.inboundLimit(m)
	if err != nil {
		return err
	}
	if err := s.forgetAnswers(m); err != nil {
		return err
	}
	figure(s.out, fmt.Sprintf("inbound_pgbench_c%d", limitConnections), limit, "/s")
	figure(s.out, fmt.Sprintf("inbound_ratio_c%d", limitConnections), rate/limit, "x")
	return s.memory("inbound")
}

// quietCampaign is a campaign that everybody got and nobody has answered.
func (s *stage) quietCampaign(people int) (*mass, error) {
	m, args, err := s.gather(people, outreach.Active)
	if err != nil {
		return nil, err
	}
	err = s.rows("a campaign to "+sized(people)+" people who will answer", args, textsSQL("'delivered'"), `
		insert into campaign_count (org_id, campaign_id, slot, delivered) values (@org, @campaign, 0, @n::int)`)
	if err != nil {
		return nil, err
	}
	return m, s.pack()
}

// questions are what the bot was taught, in words of people.
func (s *stage) questions(t *tenant) ([]string, error) {
	rows, err := s.admin.Query(s, `
		select v.text
		from answer_variant v
		join answer a on a.org_id = v.org_id and a.id = v.answer_id
		where v.org_id = $1 and a.language = 'en' and length(v.text) > 20
		order by v.id`, t.ID)
	if err != nil {
		return nil, fmt.Errorf("read what the bot knows: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// textIn is how many texts a second are taken at so many connections, each of which waits for its answer.
func (s *stage) textIn(m *mass, bodies []string, connections int) (perSecond float64, err error) {
	texts, err := s.texting(m, bodies, connections)
	if err != nil {
		return 0, err
	}
	defer texts.close()
	counted := s.counted(inboundWarmup, inboundTime)
	defer counted.cancel()
	took, err := closed(counted.Context, connections, texts.text).begun(counted.interval)
	if err != nil {
		return 0, err
	}
	name := fmt.Sprintf("inbound_c%d", connections)
	perSecond = float64(len(took)) / inboundTime.Seconds()
	figure(s.out, name, perSecond, "/s")
	for _, q := range []struct {
		name string
		of   float64
	}{{"_p50", 0.5}, {"_p95", 0.95}, {"_p99", 0.99}} {
		figure(s.out, name+q.name, millis(took.quantile(q.of)), "ms")
	}
	return perSecond, nil
}

// forgetAnswers takes what the bot has answered out of the queue, where a sender that is measured afterwards
// would find it first.
func (s *stage) forgetAnswers(m *mass) error {
	_, err := s.admin.Exec(s, `
		update message set state = 'cancelled' where org_id = $1 and state = 'queued' and author = 'bot'`, m.ID)
	if err != nil {
		return fmt.Errorf("forget the bot's answers: %w", err)
	}
	return nil
}

// remarkAnswered says how many of the texts the bot has answered: those it has not have changed fewer rows.
func (s *stage) remarkAnswered(m *mass) error {
	var texts, answered int
	err := s.admin.QueryRow(s, `
		select count(*) filter (where author = 'contact'), count(*) filter (where author = 'bot')
		from message where org_id = $1`, m.ID).Scan(&texts, &answered)
	if err != nil {
		return fmt.Errorf("count the bot's answers: %w", err)
	}
	remark(s.out, "Of %d texts, the bot has answered %.1f %%", texts, 100*float64(answered)/float64(max(1, texts)))
	return nil
}
