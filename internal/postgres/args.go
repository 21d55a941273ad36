package postgres

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Args are the named arguments of a statement: @name in SQL. @org is supplied by the transaction.
type Args map[string]any

// positional is a statement as Postgres reads it, $1 for the first of names.
type positional struct {
	sql   string
	names []string
}

// statements keeps those that have been read: reading one takes as long as sending it, and they are those of
// the program's text, a few hundred.
var statements sync.Map // of string to positional

// bind puts the arguments in the places of their names. A name that is not among them is an error.
func (tx *Tx) bind(sql string, args Args) (string, []any, error) {
	p, ok := statements.Load(sql)
	if !ok {
		var err error
		if p, err = readNames(sql, args); err != nil {
			return "", nil, err
		}
		statements.Store(sql, p)
	}
	s := p.(positional)
	values := make([]any, len(s.names))
	for i, name := range s.names {
		value, given := args[name]
		switch {
		case given:
		case name == "org" && tx.org != 0:
			value = tx.org
		default:
			return "", nil, fmt.Errorf("the statement names @%s, which it is not given", name)
		}
		values[i] = value
	}
	return s.sql, values, nil
}

// readNames has pgx put names in the places where it would put the arguments.
func readNames(sql string, args Args) (positional, error) {
	named := pgx.NamedArgs{"org": "org"}
	for name := range args {
		named[name] = name
	}
	rewritten, values, err := named.RewriteQuery(context.Background(), nil, sql, nil)
	if err != nil {
		return positional{}, fmt.Errorf("read the names of a statement: %w", err)
	}
	p := positional{sql: rewritten, names: make([]string, len(values))}
	for i, value := range values {
		name, ok := value.(string)
		if !ok {
			return positional{}, fmt.Errorf("the statement's argument %d is not given: %.80q", i+1, sql)
		}
		p.names[i] = name
	}
	return p, nil
}
