package dispatch

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

// takeOverEvery bounds, with the database's notice of a dead connection, how long after a crash its
// texts are still called inflight.
const takeOverEvery = time.Second

// senderKept is for how many days a sender that ended is remembered: as long as an operator may still
// ask which host had sent.
const senderKept = 30

func (e *epoch) takeOverRepeatedly(ctx context.Context) {
	e.repeat(ctx, takeOverEvery, "take over from dead senders", e.takeOver)
}

// takeOver declares the texts unknown that dead senders had in flight. Dead is who does not hold the
// lock of its number. It looks at attempts, not at senders: the last claim of a process can commit
// after the connection that held its lock was closed. It goes through Everyone since a dead sender's
// texts are of any organization.
func (e *epoch) takeOver(ctx context.Context) error {
	type orphan struct {
		Org     postgres.OrgID
		Senders []int64
	}
	var orphans []orphan
	err := e.db.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		// Locks are read after the snapshot: an attempt that is seen was written by a sender whose lock
		// would be seen, if it lived.
		orphans, err = postgres.Rows[orphan](ctx, tx, `
			with open as (
				select org_id, sender_id
				from attempt
				where outcome is null
				group by org_id, sender_id
			)
			select org_id as org, array_agg(sender_id) as senders
			from open
			where not exists (`+lockHeldSQL+` and l.objid::bigint = open.sender_id)
			group by org_id
			order by org_id`, postgres.Args{"class": senderLock})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			update sender s
			set taken_over_at = now()
			where s.taken_over_at is null and not exists (`+lockHeldSQL+` and l.objid::bigint = s.id)`,
			postgres.Args{"class": senderLock})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "delete from sender where taken_over_at < now() - make_interval(days => @days)",
			postgres.Args{"days": senderKept})
		return err
	})
	if err != nil {
		return err
	}
	for _, o := range orphans {
		if err := e.takeOverOrg(ctx, o.Org, o.Senders); err != nil {
			return fmt.Errorf("organization %d: %w", o.Org, err)
		}
	}
	return nil
}

// lockHeldSQL selects the locks of living senders in this database; 2 marks a lock of two keys.
const lockHeldSQL = `
	select
	from pg_locks l
	where l.locktype = 'advisory' and l.granted and l.classid::bigint = @class and l.objsubid = 2
		and l.database = (select oid from pg_database where datname = current_database())`

func (e *epoch) takeOverOrg(ctx context.Context, org postgres.OrgID, senders []int64) error {
	return e.db.Org(ctx, org, func(tx *postgres.Tx) error {
		moves, err := postgres.Rows[move](ctx, tx, `
			with orphan as (
				select token, message_id
				from attempt
				where org_id = @org and outcome is null and sender_id = any(@senders)
				order by message_id
			)
			select m.*
			from orphan o
			cross join lateral (
				select `+moveColumns+`
				from message
				where org_id = @org and id = o.message_id and token = o.token and state = 'inflight'
				for update) m`, postgres.Args{"senders": senders})
		if err != nil {
			return err
		}
		var messages []postgres.Args
		for i := range moves {
			moves[i].became = StateUnknown
			messages = append(messages, postgres.Args{"id": moves[i].ID, "first": e.options.CheckAfter[0].Seconds()})
		}
		err = tx.ExecEach(ctx, `
			update message
			set state = 'unknown', due_at = app_now() + make_interval(secs => @first), checks = 0
			where org_id = @org and id = @id`, messages)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			update attempt
			set outcome = 'unknown', detail = 'the sender ended before it could record the outcome'
			where org_id = @org and outcome is null and sender_id = any(@senders)`, postgres.Args{"senders": senders})
		if err != nil {
			return err
		}
		if len(moves) > 0 {
			e.log.Warn("texts of a sender that ended are unknown until evidence is found", "org", org, "texts", len(moves))
		}
		return settleMoves(ctx, tx, moves)
	})
}
