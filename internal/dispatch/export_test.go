package dispatch

import (
	"context"

	"parley/internal/postgres"
)

// HandBack records that a claimed text was not posted.
func HandBack(ctx context.Context, s *Sender, org postgres.OrgID, message int64, token Token) error {
	e := &epoch{Sender: s}
	x := result{flight: flight{Text: Text{Org: org, Token: token}, message: message}, outcome: Outcome{Kind: handedBack}}
	return e.record(ctx, org, []result{x})
}
