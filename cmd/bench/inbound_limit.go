package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// limitConnections is the concurrency at which texts are compared with bare transactions.
const limitConnections = 32

// inboundRows are the changes of rows that a text makes which the bot answers, and no others: its
// conversation, text, decision and answer, and the campaign's counts and hours. {contact} is drawn for each.
var inboundRows = []string{
	`insert into conversation (org_id, contact_id, number_id, campaign_id, office_id, mode, last_author, preview, replied)
		values ({org}, {contact}, {number}, {campaign}, {office}, 'bot', 'bot', 'You can file at any time until then.', true)
		on conflict (org_id, campaign_id, contact_id) where campaign_id is not null do update
		set last_at = now(), last_author = excluded.last_author, preview = excluded.preview`,
	`insert into message (org_id, contact_id, number_id, campaign_id, conversation_id, author, body, state, sid)
		select {org}, {contact}, {number}, {campaign}, v.id, 'contact', 'can i still file after the deadline', 'received', gen_random_uuid()
		from conversation v where v.org_id = {org} and v.campaign_id = {campaign} and v.contact_id = {contact}`,
	`insert into bot_decision (org_id, message_id, kind, confidence, threshold, text, campaign_id, office_id)
		values ({org}, lastval(), 'answer', 0.9, 0.7, 'can i still file after the deadline', {campaign}, {office})`,
	`insert into message (org_id, contact_id, number_id, campaign_id, conversation_id, author, body, segments, state, priority, in_reply_to)
		select {org}, {contact}, {number}, {campaign}, v.id, 'bot', 'You can file at any time until then.', 1, 'queued', 0, lastval()
		from conversation v where v.org_id = {org} and v.campaign_id = {campaign} and v.contact_id = {contact}`,
	`insert into campaign_count (org_id, campaign_id, slot, conversations, replied, bot_answers)
		values ({org}, {campaign}, count_slot(), 1, 1, 1)
		on conflict (org_id, campaign_id, slot) do update set conversations = campaign_count.conversations + 1,
			replied = campaign_count.replied + 1, bot_answers = campaign_count.bot_answers + 1`,
	`insert into campaign_response (org_id, campaign_id, hour, slot, people)
		values ({org}, {campaign}, date_trunc('hour', localtimestamp), count_slot(), 1)
		on conflict (org_id, campaign_id, hour, slot) do update set people = campaign_response.people + 1`,
}

// inboundStatements are inboundRows for a campaign, with contact in the place of the contact.
func inboundStatements(m *mass, contact string) []string {
	fill := strings.NewReplacer("{org}", fmt.Sprint(m.ID), "{number}", fmt.Sprint(m.Number), "{campaign}", fmt.Sprint(m.Campaign),
		"{office}", fmt.Sprint(m.Offices[0]), "{contact}", contact)
	var statements []string
	for _, sql := range inboundRows {
		statements = append(statements, strings.Join(strings.Fields(fill.Replace(sql)), " "))
	}
	return statements
}

// inboundLimit is how many such transactions a second the database takes, prepared and without
// row-level security.
func (s *stage) inboundLimit(m *mass) (perSecond float64, err error) {
	if err := s.pack(); err != nil {
		return 0, err
	}
	pgbench, err := exec.LookPath("pgbench")
	if err != nil {
		remark(s.out, "pgbench is not installed: its transactions are made by this program")
		return s.looped(m)
	}
	return s.pgbench(pgbench, m)
}

var pgbenchRate = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

func (s *stage) pgbench(path string, m *mass) (float64, error) {
	dir, err := os.MkdirTemp("", "parley-bench")
	if err != nil {
		return 0, fmt.Errorf("write the script of pgbench: %w", err)
	}
	defer os.RemoveAll(dir)
	script := filepath.Join(dir, "inbound.sql")
	lines := []string{fmt.Sprintf(`\set contact random(%d, %d)`, m.contacts+1, m.contacts+int64(m.People)), "begin;"}
	for _, sql := range inboundStatements(m, ":contact") {
		lines = append(lines, sql+";")
	}
	if err := os.WriteFile(script, []byte(strings.Join(append(lines, "commit;", ""), "\n")), 0o600); err != nil {
		return 0, fmt.Errorf("write the script of pgbench: %w", err)
	}
	cmd := exec.CommandContext(s, path, "--no-vacuum", "--protocol=prepared", "--client", fmt.Sprint(limitConnections), "--jobs=2",
		fmt.Sprintf("--time=%.0f", inboundTime.Seconds()), "--file", script, s.postgres.URL(benchDatabase))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("run pgbench: %w: %s", err, out)
	}
	found := pgbenchRate.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("run pgbench: it names no rate: %s", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

// looped is pgbench where there is none.
func (s *stage) looped(m *mass) (float64, error) {
	config, err := pgxpool.ParseConfig(s.postgres.URL(benchDatabase))
	if err != nil {
		return 0, err
	}
	config.MaxConns = limitConnections
	pool, err := pgxpool.NewWithConfig(s, config)
	if err != nil {
		return 0, fmt.Errorf("open the database for its limit: %w", err)
	}
	defer pool.Close()
	statements := inboundStatements(m, "$1::bigint")
	counted := s.counted(inboundWarmup, inboundTime)
	defer counted.cancel()
	took, err := closed(counted.Context, limitConnections, func(ctx context.Context) (time.Duration, error) {
		contact := m.contacts + 1 + rand.Int64N(int64(m.People))
		return timed(func() error { return insertInbound(ctx, pool, statements, contact) })
	}).begun(counted.interval)
	return float64(len(took)) / inboundTime.Seconds(), err
}

func insertInbound(ctx context.Context, pool *pgxpool.Pool, statements []string, contact int64) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		for _, sql := range statements {
			args := []any{contact}
			if !strings.Contains(sql, "$1") {
				args = nil
			}
			if _, err := tx.Exec(ctx, sql, args...); err != nil {
				return err
			}
		}
		return nil
	})
}
