package postgres

import (
	"time"

	"github.com/jackc/pgx/v5"
)

// RenewPlans is what a pool does with a connection before each use.
var RenewPlans = renewPlans

// AgePlans lets the time pass until the plans of a connection are due.
func AgePlans(conn *pgx.Conn) {
	p := conn.PgConn().CustomData()[plansKey].(plans)
	p.due = time.Now()
	conn.PgConn().CustomData()[plansKey] = p
}

// PlansAge is how long the plans of a connection are kept from their making.
func PlansAge(conn *pgx.Conn) time.Duration {
	return conn.PgConn().CustomData()[plansKey].(plans).age
}
