package twilio

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/internal/dispatch"
	"parley/internal/postgres"
)

// Account is an organization's account at Twilio.
type Account struct {
	Org   postgres.OrgID
	SID   string
	Token string
	// PreviousToken still signs webhooks while Twilio moves to the new one; may be empty.
	PreviousToken string
	// Simulated accounts are of the simulated phone network and never reach Twilio.
	Simulated bool
	// StoppedReason says why nothing is sent, to a person; empty while texts go.
	StoppedReason string
}

// ErrNoAccount means that the organization has not connected an account.
var ErrNoAccount = errors.New("the organization has no carrier account")

// Vault keeps accounts, their tokens sealed with the program's secret key. What it has read it
// remembers for a moment; feed it the database's events, so that no process works with an old token.
type Vault struct {
	db   *postgres.DB
	aead cipher.AEAD

	mu     sync.Mutex
	known  map[postgres.OrgID]remembered
	owners map[string]owners // by account SID
}

type remembered struct {
	account Account
	until   time.Time
}

type owners struct {
	orgs  []postgres.OrgID
	until time.Time
}

// remember is how long an account is believed without an event. After a missed one, an old token
// signs or opens nothing worse than it did a moment before.
const remember = 15 * time.Second

// NewVault seals with key, which all processes on a database share and which a backup of the database
// does not contain.
func NewVault(db *postgres.DB, key [32]byte) (*Vault, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("prepare the vault: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("prepare the vault: %w", err)
	}
	return &Vault{db: db, aead: aead, known: map[postgres.OrgID]remembered{}, owners: map[string]owners{}}, nil
}

// Observe forgets what an event says has changed. It is made for postgres.DB.Listen.
func (v *Vault) Observe(e postgres.Event) {
	if !e.Missed && e.Topic != dispatch.TopicCarrier {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	clear(v.owners)
	if e.Missed {
		clear(v.known)
	} else {
		delete(v.known, e.Org)
	}
}

// Account returns the organization's account, or ErrNoAccount.
func (v *Vault) Account(ctx context.Context, org postgres.OrgID) (Account, error) {
	v.mu.Lock()
	r, ok := v.known[org]
	v.mu.Unlock()
	if ok && time.Now().Before(r.until) {
		return r.account, nil
	}
	var account Account
	err := v.db.Org(ctx, org, func(tx *postgres.Tx) (err error) {
		account, err = v.Read(ctx, tx)
		return err
	})
	if err != nil {
		return Account{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.known[org] = remembered{account, time.Now().Add(remember)}
	return account, nil
}

// Read is Account within a transaction, past the memory.
func (v *Vault) Read(ctx context.Context, tx *postgres.Tx) (Account, error) {
	type row struct {
		AccountSID        string
		AuthToken         []byte
		PreviousAuthToken []byte
		Simulated         bool
		StoppedReason     string
	}
	r, err := postgres.Row[row](ctx, tx, `
		select account_sid, auth_token, previous_auth_token, simulated, stopped_reason
		from carrier_account
		where org_id = @org`, nil)
	if errors.Is(err, postgres.ErrNotFound) {
		return Account{}, ErrNoAccount
	}
	if err != nil {
		return Account{}, fmt.Errorf("read the carrier account: %w", err)
	}
	a := Account{Org: tx.Org(), SID: r.AccountSID, Simulated: r.Simulated, StoppedReason: r.StoppedReason}
	if a.Token, err = v.open(a, r.AuthToken); err != nil {
		return Account{}, err
	}
	if len(r.PreviousAuthToken) > 0 {
		if a.PreviousToken, err = v.open(a, r.PreviousAuthToken); err != nil {
			return Account{}, err
		}
	}
	return a, nil
}

// Owners are the organizations that have connected the account, usually one.
func (v *Vault) Owners(ctx context.Context, accountSID string) ([]postgres.OrgID, error) {
	v.mu.Lock()
	o, ok := v.owners[accountSID]
	v.mu.Unlock()
	if ok && time.Now().Before(o.until) {
		return o.orgs, nil
	}
	var orgs []postgres.OrgID
	// Through Everyone: a webhook names its account and not its organization.
	err := v.db.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		orgs, err = postgres.Values[postgres.OrgID](ctx, tx, `
			select org_id
			from carrier_account
			where account_sid = @sid
			order by org_id`, postgres.Args{"sid": accountSID})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find who has connected a carrier account: %w", err)
	}
	if len(orgs) > 0 { // else anybody could fill the memory
		v.mu.Lock()
		defer v.mu.Unlock()
		v.owners[accountSID] = owners{orgs, time.Now().Add(remember)}
	}
	return orgs, nil
}

// Connect stores the account of the organization of tx. The token it replaces, if it is of the same
// account, still signs webhooks. Whatever had stopped sending is taken as mended.
func (v *Vault) Connect(ctx context.Context, tx *postgres.Tx, account Account) error {
	if !accountSID.MatchString(account.SID) || account.Token == "" {
		return errors.New("connect a carrier account: it needs an account SID (AC and 32 hexadecimal digits) and a token")
	}
	account.Org = tx.Org()
	_, err := tx.Exec(ctx, `
		insert into carrier_account as a (org_id, account_sid, auth_token, previous_auth_token, simulated)
		values (@org, @sid, @token, null, @simulated)
		on conflict (org_id) do update
		set account_sid = excluded.account_sid,
			auth_token = excluded.auth_token,
			previous_auth_token = case when a.account_sid = excluded.account_sid then a.auth_token end,
			simulated = excluded.simulated,
			stopped_reason = '',
			throttled_until = '-infinity'`,
		postgres.Args{"sid": account.SID, "token": v.seal(account), "simulated": account.Simulated})
	if err != nil {
		return fmt.Errorf("connect a carrier account: %w", err)
	}
	tx.Publish(dispatch.TopicCarrier)
	return nil
}

// seal encrypts an account's token: a random nonce, then AES-GCM. It opens only for the same
// organization and account, so a row copied to another organization is of no use there.
func (v *Vault) seal(a Account) []byte {
	nonce := make([]byte, v.aead.NonceSize())
	rand.Read(nonce) // never fails, see its documentation
	return v.aead.Seal(nonce, nonce, []byte(a.Token), bound(a))
}

func (v *Vault) open(a Account, sealed []byte) (string, error) {
	n := v.aead.NonceSize()
	if len(sealed) < n {
		return "", errors.New("open the carrier token: it is too short")
	}
	token, err := v.aead.Open(nil, sealed[:n], sealed[n:], bound(a))
	if err != nil {
		return "", errors.New("open the carrier token: it was sealed with another secret key")
	}
	return string(token), nil
}

func bound(a Account) []byte { return fmt.Appendf(nil, "carrier_account %d %s", a.Org, a.SID) }
