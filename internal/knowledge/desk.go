package knowledge

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Desk is what a signed-in person may do with the answers of their organization. Everybody may read
// and try them; to change them takes the right account.TeachBot. People see the answers of the whole
// organization and of their own offices.
type Desk struct {
	db      *postgres.DB
	library *Library
	actor   account.Actor
}

// NewDesk gives an actor their desk.
func NewDesk(db *postgres.DB, library *Library, actor account.Actor) Desk {
	return Desk{db: db, library: library, actor: actor}
}

// read runs fn in a transaction of the actor's organization.
func (d Desk) read(ctx context.Context, fn func(*postgres.Tx) error) error {
	if err := d.actor.May(account.Answer); err != nil {
		return err
	}
	return d.db.Org(ctx, d.actor.Org, fn)
}

// edit is one transaction that changes answers. While it lasts no other edit of the organization
// runs, so that what it has checked stays true.
type edit struct {
	tx      *postgres.Tx
	actor   account.Actor
	answers int // how many the organization has
	changed bool
}

// edit runs fn and, if it changed something, raises the knowledge version and waits until the bot of
// this process knows, at most liveWithin.
func (d Desk) edit(ctx context.Context, fn func(*edit) error) error {
	if err := d.actor.May(account.TeachBot); err != nil {
		return err
	}
	learning, err := d.editAs(ctx, fn)
	if err == nil {
		awaitLive(ctx, learning)
	}
	return err
}

// editAs is edit for a verb that has looked at the actor's rights itself. It does not wait: the channels
// close when the bots of this process know.
func (d Desk) editAs(ctx context.Context, fn func(*edit) error) (learning []<-chan struct{}, err error) {
	e := edit{actor: d.actor}
	err = d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		e.tx = tx
		if err := e.begin(ctx); err != nil {
			return err
		}
		if err := fn(&e); err != nil || !e.changed {
			return err
		}
		return e.raiseVersion(ctx)
	})
	if err != nil || !e.changed {
		return nil, err
	}
	return d.library.refresh(func(sc scope) bool { return sc.org == d.actor.Org }), nil
}

func (e *edit) begin(ctx context.Context) error {
	_, err := e.tx.Exec(ctx, `
		insert into knowledge_version (org_id, version) values (@org, 0)
		on conflict (org_id) do nothing`, nil)
	if err != nil {
		return fmt.Errorf("begin an edit of the answers: %w", err)
	}
	_, err = postgres.Value[int64](ctx, e.tx, `
		select version from knowledge_version where org_id = @org for update`, nil)
	if err != nil {
		return fmt.Errorf("wait for other edits of the answers: %w", err)
	}
	e.answers, err = postgres.Value[int](ctx, e.tx, `select count(*) from answer where org_id = @org`, nil)
	if err != nil {
		return fmt.Errorf("count the answers: %w", err)
	}
	return nil
}

func (e *edit) raiseVersion(ctx context.Context) error {
	_, err := e.tx.Exec(ctx, `update knowledge_version set version = version + 1 where org_id = @org`, nil)
	if err != nil {
		return fmt.Errorf("raise the knowledge version: %w", err)
	}
	e.tx.Publish(Topic)
	return nil
}

// record writes the audit row of a change to an answer.
func (e *edit) record(ctx context.Context, verb string, id AnswerID, was, became *content) error {
	e.changed = true
	c := account.Change{Verb: verb, Subject: "answer", SubjectID: int64(id)}
	if was != nil {
		c.Was = was
	}
	if became != nil {
		c.Became = became
	}
	return e.actor.Record(ctx, e.tx, c)
}

// liveWithin is how long a person who saves waits for the bot to learn, so that what they try next
// is what they have just written. The whole starter library, 1,900 variants, takes about this long.
const liveWithin = 2 * time.Second

func awaitLive(ctx context.Context, learning []<-chan struct{}) {
	enough := time.NewTimer(liveWithin)
	defer enough.Stop()
	for _, done := range learning {
		select {
		case <-done:
		case <-enough.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// visible is the condition on answer a that the actor may see it; offices are its arguments.
const visible = `(@all or a.office_id is null or a.office_id = any (@offices::bigint[]))`

func (d Desk) offices(args postgres.Args) postgres.Args {
	args["all"], args["offices"] = d.actor.SeesAll(), d.actor.Offices
	return args
}
