package knowledge

import (
	"context"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Asking is a text about to be answered.
type Asking interface {
	// Answer is Library.Answer for the text, as one of its thread.
	Answer(ctx context.Context, tx *postgres.Tx, text string) (Reply, error)
}

// Ask reads ahead what answering a text of the thread takes: it travels with the statements of the
// caller's transaction that come next. Nothing is lost if the text is not answered after all.
func (l *Library) Ask(tx *postgres.Tx, office account.OfficeID, thread Thread) Asking {
	return asking{library: l, office: office, setting: askSetting(tx, office), said: askRecall(tx, thread)}
}

// asking is an Asking whose setting, and what the bot has said, are on their way.
type asking struct {
	library *Library
	office  account.OfficeID
	setting askedSetting
	said    *postgres.Pending[said]
}

func (a asking) Answer(ctx context.Context, tx *postgres.Tx, text string) (Reply, error) {
	said, err := recalled(ctx, a.said)
	if err != nil {
		return Reply{}, err
	}
	s, err := a.setting.wait(ctx, tx, a.library.editions)
	if err != nil {
		return Reply{}, err
	}
	v, err := a.library.explainUnder(ctx, tx, s, Question{Office: a.office, Text: text, Last: said.Last, Asked: said.Asked})
	return v.Reply, err
}
