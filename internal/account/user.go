package account

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"github.com/alexedwards/argon2id"

	"parley/internal/postgres"
)

// MinPassword is the shortest password we take, in characters: NIST SP 800-63B section 3.1.1 asks
// for at least 8 and for no composition rules.
const MinPassword = 8

// passwordCost is OWASP's second choice for argon2id: 19 MiB, two passes, one lane; 40 ms on two cores.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// NewUser is a person to be given access.
type NewUser struct {
	Email, Name    string
	Password       string
	Role           Role
	SeesAllOffices bool
	Offices        []OfficeID
}

func (u *NewUser) validate(v Invalid) {
	u.Email = strings.ToLower(strings.TrimSpace(u.Email))
	u.Name = strings.TrimSpace(u.Name)
	if at, err := mail.ParseAddress(u.Email); err != nil || at.Address != u.Email {
		v.Add("email", "Type an e-mail address such as ann@example.edu.")
	}
	if u.Name == "" {
		v.Add("name", "Type the person's name.")
	}
	if len([]rune(u.Password)) < MinPassword {
		v.Add("password", fmt.Sprintf("Choose a password of at least %d characters.", MinPassword))
	}
}

// errOfficeGone refuses an office that is not of the organization.
var errOfficeGone = Invalid{"office": "One of these offices is gone. Choose again."}

// AddUser gives a person access and makes their personal inbox.
func AddUser(ctx context.Context, tx *postgres.Tx, u NewUser) (UserID, error) {
	v := Invalid{}
	u.validate(v)
	if _, known := rights[u.Role]; !known {
		v.Add("role", "Choose administrator, manager or agent.")
	}
	if err := v.Err(); err != nil {
		return 0, err
	}
	hash, err := hashPassword(u.Password)
	if err != nil {
		return 0, err
	}
	return insertUser(ctx, tx, u, hash)
}

func insertUser(ctx context.Context, tx *postgres.Tx, u NewUser, hash string) (UserID, error) {
	if err := holdPeople(ctx, tx); err != nil {
		return 0, err
	}
	user, err := postgres.Value[UserID](ctx, tx, `
		with made as (
			insert into app_user (org_id, email, name, role, password_hash, sees_all_offices)
			values (@org, @email, @name, @role, @hash, @all)
			returning org_id, id
		), box as (
			insert into inbox (org_id, user_id) select org_id, id from made
		), seats as (
			insert into user_office (org_id, user_id, office_id)
			select org_id, id, office from made, unnest(@offices::bigint[]) office
		)
		select id from made`,
		postgres.Args{"email": u.Email, "name": u.Name, "role": u.Role, "hash": hash, "all": u.SeesAllOffices, "offices": u.Offices})
	if postgres.Violates(err, "app_user_org_id_email_key") {
		return 0, Invalid{"email": "Somebody here already signs in with this e-mail."}
	}
	if postgres.IsForeignKeyViolation(err) {
		return 0, errOfficeGone
	}
	if err != nil {
		return 0, fmt.Errorf("add user %s: %w", u.Email, err)
	}
	return user, routePolicies(ctx, tx)
}

// Seat puts the user with this e-mail into offices, and returns who that is.
func Seat(ctx context.Context, tx *postgres.Tx, email string, offices []OfficeID) (UserID, error) {
	if err := holdPeople(ctx, tx); err != nil {
		return 0, err
	}
	user, err := postgres.Value[UserID](ctx, tx, `
		with seats as (
			insert into user_office (org_id, user_id, office_id)
			select @org, u.id, office from app_user u, unnest(@offices::bigint[]) office
			where u.org_id = @org and u.email = @email
			on conflict do nothing
		)
		select id from app_user where org_id = @org and email = @email`, postgres.Args{"email": email, "offices": offices})
	if err != nil {
		return 0, fmt.Errorf("seat %s: %w", email, err)
	}
	return user, routePolicies(ctx, tx)
}

func hashPassword(password string) (string, error) {
	hash, err := argon2id.CreateHash(password, passwordCost)
	if err != nil {
		return "", fmt.Errorf("hash the password: %w", err)
	}
	return hash, nil
}

// ErrWrongPassword means that e-mail and password do not belong together; it does not say which of
// them is wrong.
var ErrWrongPassword = errors.New("wrong e-mail or password")

// SignedIn is a person found by e-mail and password. The same e-mail may work in several
// organizations.
type SignedIn struct {
	Org     OrgID
	OrgName string
	User    UserID
}

// SignIn finds the organizations in which this e-mail and password belong to an active user. An
// unknown e-mail takes as long as a wrong password, so that neither can be told from outside.
func SignIn(ctx context.Context, db *postgres.DB, email, password string) ([]SignedIn, error) {
	type candidate struct {
		SignedIn
		PasswordHash string
	}
	var found []candidate
	err := db.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		found, err = postgres.Rows[candidate](ctx, tx, `
			select u.org_id as org, o.name as org_name, u.id as "user", u.password_hash
			from app_user u
			join organization o on o.org_id = u.org_id
			where u.email = @email and u.deactivated_at is null
			order by o.name
			limit 20`, postgres.Args{"email": strings.ToLower(strings.TrimSpace(email))})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for a user: %w", err)
	}
	if len(found) == 0 {
		_, _ = hashPassword(password)
		return nil, ErrWrongPassword
	}
	var in []SignedIn
	for _, c := range found {
		if ok, err := argon2id.ComparePasswordAndHash(password, c.PasswordHash); err == nil && ok {
			in = append(in, c.SignedIn)
		}
	}
	if len(in) == 0 {
		return nil, ErrWrongPassword
	}
	return in, nil
}

// Who loads the actor of a session. A user who was deactivated since, or whose role changed, is
// what they are now: ErrNotFound, or the new role.
func Who(ctx context.Context, db *postgres.DB, org OrgID, user UserID) (Actor, error) {
	var a Actor
	err := db.Org(ctx, org, func(tx *postgres.Tx) (err error) {
		a, err = postgres.Row[Actor](ctx, tx, `
			select u.org_id as org, u.id as "user", u.name, u.email, u.role, u.sees_all_offices,
				coalesce((select array_agg(s.office_id order by s.office_id) from user_office s
					where s.org_id = @org and s.user_id = u.id), '{}') as offices,
				o.name as org_name, o.time_zone as org_zone, o.country as org_country,
				b.id as personal_inbox_id, u.last_seen_at
			from app_user u
			join organization o on o.org_id = @org
			join inbox b on b.org_id = @org and b.user_id = u.id
			where u.org_id = @org and u.id = @user and u.deactivated_at is null`,
			postgres.Args{"user": user})
		return err
	})
	if err != nil {
		return Actor{}, fmt.Errorf("load user %d: %w", user, err)
	}
	return a, nil
}
