package audience

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"parley/internal/postgres"
)

// NameList says what the list of an import's people will be called. Without a name it is called
// after the file and the day; where that name is taken, it gets a number.
func (d Desk) NameList(ctx context.Context, id ImportID, name string) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		i, err := lockImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if name = oneLine(name); name != "" {
			name, err = checkListName(ctx, tx, name, 0)
		} else {
			name, err = freeListName(ctx, tx, strings.TrimSuffix(i.FileName, filepath.Ext(i.FileName))+", "+i.CreatedAt.Format("Jan 2"))
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			update contact_import set list_name = @name where org_id = @org and id = @import and state = 'uploaded'`,
			postgres.Args{"import": id, "name": name})
		if err != nil {
			return fmt.Errorf("name the list of import %d: %w", id, err)
		}
		return nil
	})
}

// freeListName is the name, or the name with the lowest number from 2 on under which there is no list.
func freeListName(ctx context.Context, tx *postgres.Tx, name string) (string, error) {
	taken, err := postgres.Values[string](ctx, tx, `
		select lower(name) from contact_list where org_id = @org and starts_with(lower(name), lower(@name))`,
		postgres.Args{"name": name})
	if err != nil {
		return "", fmt.Errorf("look for lists called %q: %w", name, err)
	}
	used := map[string]bool{}
	for _, t := range taken {
		used[t] = true
	}
	free := name
	for n := 2; used[strings.ToLower(free)]; n++ {
		free = fmt.Sprintf("%s (%d)", name, n)
	}
	return free, nil
}

// Size is how many people and lists the organization has.
func (d Desk) Size(ctx context.Context) (people, lists int, err error) {
	type size struct{ People, Lists int }
	var found size
	err = d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		found, err = postgres.Row[size](ctx, tx, `
			select (select count(*) from contact where org_id = @org) as people,
				(select count(*) from contact_list where org_id = @org) as lists`, nil)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("count the contacts: %w", err)
	}
	return found.People, found.Lists, nil
}
