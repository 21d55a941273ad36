package dispatch

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// How the statements of this package are written. The planner's statistics lag behind an organization
// that was just filled with a million texts, and behind a new database. A join of a few rows with
// message may then be planned as a walk through all of the organization's texts: recording an outcome
// was 100 times slower at 8,000 texts, and it grows with them. So no plan may depend on statistics:
//
//   - rows are found in the order of an index, by lateral subqueries with a limit or a lock, which
//     the planner does not turn round;
//   - rows are changed one by one by their primary key, in one pipeline.

// prepare makes the statements of the transaction take the first rows of an index rather than sort all
// rows of another, and has the database end the transaction if this process stops within it: its locks
// would hold up everybody else.
func prepare(ctx context.Context, tx *postgres.Tx) error {
	if _, err := tx.Exec(ctx, "set local enable_sort = off; set local idle_in_transaction_session_timeout = '3s'", nil); err != nil {
		return fmt.Errorf("prepare a transaction: %w", err)
	}
	return nil
}
