package knowledge

import (
	"context"
	"fmt"
	"slices"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
)

// setting is what an organization has chosen for its bot, and which model is the one to ask.
type setting struct {
	Threshold  float64
	Country    string
	CrisisText string
	Clarify    bool // ask back where two answers are close
	stand

	Version int64 `db:"-"` // of the knowledge, see versionSpan
	scope   scope `db:"-"`
}

// readSetting reads the setting for texts to an office. Offices without answers of their own share
// one model.
func readSetting(ctx context.Context, tx *postgres.Tx, office account.OfficeID) (setting, error) {
	return askSetting(tx, office).wait(ctx, tx, nil)
}

// askedSetting is a setting on its way.
type askedSetting struct {
	pending *postgres.Pending[setting]
	office  account.OfficeID
}

func askSetting(tx *postgres.Tx, office account.OfficeID) askedSetting {
	return askedSetting{office: office, pending: postgres.AskRow[setting](tx, "read the bot's settings", postgres.Statement{SQL: `
		select o.bot_threshold::numeric::float8 as threshold, o.country, o.crisis_text, o.bot_clarify as clarify,
			coalesce(v.version, 0) as edits, (app_now() at time zone o.time_zone)::date::text as today
		from organization o
		left join knowledge_version v on v.org_id = @org
		where o.org_id = @org`})}
}

// wait takes what follows from the answers from kept, if it is there.
func (a askedSetting) wait(ctx context.Context, tx *postgres.Tx, kept *editions) (setting, error) {
	s, err := a.pending.Wait(ctx)
	if err != nil {
		return setting{}, err
	}
	e, err := kept.read(ctx, tx, s.stand)
	if err != nil {
		return setting{}, err
	}
	s.Version = s.Edits*versionSpan + e.Turned
	s.scope = scope{org: tx.Org()}
	if slices.Contains(e.Offices, a.office) {
		s.scope.office = a.office
	}
	return s, nil
}

// readKnowledge reads what the model of a scope is trained from: the answers of the whole
// organization and of the office that may be given today. An office's answer stands in for the
// organization's of the same title and language.
func readKnowledge(ctx context.Context, tx *postgres.Tx, office account.OfficeID) (bot.Knowledge, error) {
	var known bot.Knowledge
	statement := postgres.Statement{SQL: `
		select a.id, a.language, v.text
		from answer a
		join answer_variant v on v.org_id = @org and v.answer_id = a.id
		where a.org_id = @org and ` + mayGive("a") + `
			and (a.office_id = @office or a.office_id is null and not exists (
				select from answer own
				where own.org_id = @org and own.office_id = @office and ` + mayGive("own") + `
					and own.language = a.language and own.title_key = a.title_key))
		order by a.id`, Args: postgres.Args{"office": office}}
	type row struct {
		ID       bot.AnswerID
		Language bot.Language
		Text     string
	}
	err := postgres.Each(ctx, tx, statement, func(r row) error {
		last := len(known.Answers) - 1
		if last < 0 || known.Answers[last].ID != r.ID {
			known.Answers = append(known.Answers, bot.Answer{ID: r.ID, Language: r.Language})
			last++
		}
		known.Answers[last].Variants = append(known.Answers[last].Variants, r.Text)
		return nil
	})
	if err != nil {
		return bot.Knowledge{}, fmt.Errorf("read the answers to train from: %w", err)
	}
	return known, nil
}
