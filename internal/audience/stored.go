package audience

import (
	"context"
	"errors"
	"fmt"
	"io"

	"parley/internal/account"
	"parley/internal/postgres"
)

// stored reads an uploaded file from the database, one part at a time.
type stored struct {
	ctx  context.Context // of the one verb or job that reads
	db   *postgres.DB
	org  account.OrgID
	id   ImportID
	next int
	part []byte
	read int64
}

func storedFile(ctx context.Context, db *postgres.DB, org account.OrgID, id ImportID) *stored {
	return &stored{ctx: ctx, db: db, org: org, id: id}
}

// Read implements io.Reader.
func (s *stored) Read(b []byte) (int, error) {
	if len(s.part) == 0 {
		if err := s.fetch(); err != nil {
			return 0, err
		}
	}
	n := copy(b, s.part)
	s.part = s.part[n:]
	s.read += int64(n)
	return n, nil
}

func (s *stored) fetch() error {
	err := s.db.Org(s.ctx, s.org, func(tx *postgres.Tx) (err error) {
		s.part, err = postgres.Value[[]byte](s.ctx, tx, `
			select data from import_part where org_id = @org and import_id = @import and part = @part`,
			postgres.Args{"import": s.id, "part": s.next})
		return err
	})
	if errors.Is(err, postgres.ErrNotFound) {
		return io.EOF
	}
	if err != nil {
		return fmt.Errorf("read part %d of import %d: %w", s.next, s.id, err)
	}
	s.next++
	return nil
}
