package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// The statements of the hot path look up a few rows by their keys, or walk the head of an index. The
// planner's statistics, which lag behind an organization that was just filled with a million texts,
// or behind a new database, must not talk it into reading all of the organization instead: at 5,000
// texts that made recording 30 times slower, and it grows with the texts.
const (
	byKey = `
		set local enable_seqscan = off;
		set local enable_bitmapscan = off;
		set local enable_hashjoin = off;
		set local enable_mergejoin = off;
		set local enable_material = off`
	// inOrder is byKey for statements that take the first rows in the order of an index.
	inOrder = byKey + `;
		set local enable_sort = off`
)

// plan sets how the statements of the transaction are planned.
func plan(ctx context.Context, tx *postgres.Tx, settings string) error {
	if _, err := tx.Exec(ctx, settings, nil); err != nil {
		return fmt.Errorf("set how to plan: %w", err)
	}
	return nil
}
