package server

import (
	"context"
	"fmt"
	"net/http"

	"parley/internal/account"
	"parley/web/page"
)

// user is what an administrator sets for one colleague.
func (s *Server) user(w http.ResponseWriter, r *http.Request, d *desk) error {
	u, err := d.colleague(r)
	if err != nil {
		return err
	}
	return s.userPage(w, r, d, u, nil)
}

func (d *desk) colleague(r *http.Request) (account.EditedUser, error) {
	id, err := pathID[account.UserID](r, "id")
	if err != nil {
		return account.EditedUser{}, err
	}
	return d.account.User(r.Context(), id)
}

func (s *Server) userPage(w http.ResponseWriter, r *http.Request, d *desk, u account.EditedUser, refused error) (err error) {
	p := page.User{ID: fmt.Sprint(u.ID), Name: u.Name, Email: u.Email, Role: string(u.Role), AllOffices: u.SeesAllOffices,
		Off: u.Deactivated, Self: u.ID == d.User, Errors: fieldErrors(refused)}
	for _, office := range u.Offices {
		p.Offices = append(p.Offices, fmt.Sprint(office))
	}
	if p.Choices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, p.Errors, p.HTML())
	return nil
}

// saveUser changes a colleague's name, role and offices.
func (s *Server) saveUser(w http.ResponseWriter, r *http.Request, d *desk) error {
	u, err := d.colleague(r)
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	u.UserForm = account.UserForm{Name: r.PostFormValue("name"), Role: account.Role(r.PostFormValue("role")),
		SeesAllOffices: r.PostFormValue("all_offices") != "", Offices: formIDs[account.OfficeID](r, "office")}
	err = d.account.EditUser(r.Context(), u.ID, u.UserForm)
	if fieldErrors(err) != nil {
		return s.userPage(w, r, d, u, err)
	}
	return s.userChanged(w, r, u, err, "Saved.")
}

func (s *Server) deactivateUser(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.userVerb(w, r, d, d.account.Deactivate, "Deactivated. What waited for them alone has moved on.")
}

func (s *Server) reactivateUser(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.userVerb(w, r, d, d.account.Reactivate, "Reactivated.")
}

func (s *Server) userVerb(w http.ResponseWriter, r *http.Request, d *desk, verb func(context.Context, account.UserID) error, done string) error {
	u, err := d.colleague(r)
	if err != nil {
		return err
	}
	return s.userChanged(w, r, u, verb(r.Context(), u.ID), done)
}

// userChanged goes back to the colleague's page with what was done, or why it was not.
func (s *Server) userChanged(w http.ResponseWriter, r *http.Request, u account.EditedUser, err error, done string) error {
	if why := refusal(err); why != "" {
		s.flashBad(r.Context(), why)
	} else if err != nil {
		return err
	} else {
		s.flash(r.Context(), done)
	}
	seeOther(w, r, fmt.Sprintf("/settings/users/%d", u.ID))
	return nil
}
