package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// A connection keeps the plans that it has made, and they are right for the tables as they were then: one
// that was made while a table was empty reads all of an organization to find a row, and goes on doing so
// while the table fills with a first launch and its replies. So a connection makes its plans anew when it is
// a second old, two, four and so on: none is older than half of the connection's life.

// plans are those of a connection.
type plans struct {
	age time.Duration // of the connection when they were made
	due time.Time     // when they are to be made anew
}

const (
	plansKey   = "parley plans"
	firstPlans = time.Second
)

// renewPlans is done before each use of a connection. It costs a look at the clock, and a round trip where
// plans are due.
func renewPlans(ctx context.Context, conn *pgx.Conn) (usable bool, err error) {
	data, now := conn.PgConn().CustomData(), time.Now()
	p, ok := data[plansKey].(plans)
	if ok && now.Before(p.due) {
		return true, nil
	}
	if !ok {
		data[plansKey] = plans{due: now.Add(firstPlans)}
		return true, nil
	}
	p.age = max(firstPlans, 2*p.age)
	p.due = now.Add(p.age)
	data[plansKey] = p
	_, err = conn.Exec(ctx, "discard plans", pgx.QueryExecModeSimpleProtocol)
	return err == nil, nil // a connection that does not answer is ended, and another taken
}
