package dispatch

import (
	"crypto/rand"
	"encoding/hex"
	"errors"

	"github.com/jackc/pgx/v5/pgtype"
)

// Token names one attempt to post one text. It is random and so proves, in a status callback, that
// the callback speaks of that attempt. The zero Token names none.
type Token [16]byte

func newToken() Token {
	var t Token
	rand.Read(t[:]) // never fails, see its documentation
	return t
}

// String is the token as it travels in addresses: 32 hexadecimal digits.
func (t Token) String() string { return hex.EncodeToString(t[:]) }

// ParseToken reads what String wrote.
func ParseToken(s string) (Token, error) {
	var t Token
	if len(s) != 2*len(t) {
		return t, errors.New("read token: want 32 hexadecimal digits")
	}
	if _, err := hex.Decode(t[:], []byte(s)); err != nil {
		return Token{}, errors.New("read token: want 32 hexadecimal digits")
	}
	return t, nil
}

// UUIDValue stores the token as a uuid, the zero Token as null.
func (t Token) UUIDValue() (pgtype.UUID, error) {
	return pgtype.UUID{Bytes: t, Valid: t != Token{}}, nil
}

// ScanUUID reads a uuid, null as the zero Token.
func (t *Token) ScanUUID(v pgtype.UUID) error {
	*t = v.Bytes
	if !v.Valid {
		*t = Token{}
	}
	return nil
}
