package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"parley/internal/demo"
)

// descriptionOf is the file in which a demo that runs describes itself.
func descriptionOf(home string) string { return filepath.Join(home, "demo.json") }

// withdraw removes the description, so that no tool takes a demo that has ended, or that begins, for
// one that runs.
func withdraw(home string) error {
	if err := os.Remove(descriptionOf(home)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("withdraw demo.json: %w", err)
	}
	return nil
}

// describe writes demo.json, for scripts and people's tools.
func (d *demoRun) describe() error {
	type user struct {
		Name     string `json:"name"`
		Email    string `json:"email"`
		Password string `json:"password"`
		Role     string `json:"role"`
	}
	type number struct {
		Phone string `json:"phone"`
		Kind  string `json:"kind"`
	}
	description := struct {
		URL          string   `json:"url"`
		PhonesURL    string   `json:"phones_url"`
		TwilioAPIURL string   `json:"twilio_api_url"`
		DatabaseURL  string   `json:"database_url"`
		Organization string   `json:"organization"`
		AccountSID   string   `json:"account_sid"`
		AuthToken    string   `json:"auth_token"`
		Users        []user   `json:"users"`
		Numbers      []number `json:"numbers"`
	}{
		URL: address(d.web).String(), PhonesURL: address(d.phones).String(), TwilioAPIURL: address(d.phones).String(),
		DatabaseURL: d.postgres.URL(demoDatabase), Organization: demo.Name, AccountSID: d.carrier.SID, AuthToken: d.carrier.Token,
	}
	for _, u := range demo.Users() {
		description.Users = append(description.Users, user{u.Name, u.Email, u.Password, string(u.Role)})
	}
	for _, n := range demo.Numbers() {
		description.Numbers = append(description.Numbers, number{string(n.Phone), string(n.Kind)})
	}
	b, err := json.MarshalIndent(description, "", "  ")
	if err != nil {
		return fmt.Errorf("write demo.json: %w", err)
	}
	return writeWhole(descriptionOf(d.home), append(b, '\n'))
}

func (d *demoRun) greet(c cli) {
	fmt.Fprintf(c.out, "\n  Parley runs.\n\n  Program      %s\n  Test phones  %s\n\n  Sign in as\n", address(d.web), address(d.phones))
	for _, u := range demo.Users() {
		fmt.Fprintf(c.out, "    %-32s %-18s %s\n", u.Email, u.Password, u.Role)
	}
	d.sayOtherPort(c, "PORT", demoPort, d.web)
	d.sayOtherPort(c, "PHONES_PORT", phonesPort, d.phones)
	fmt.Fprintf(c.out, "\n  No real text is sent. What the demo keeps is in %s; parley demo --fresh starts over.\n  Ctrl-C stops everything.\n\n", d.home)
}

// sayOtherPort says so where the usual port was taken and nobody asked for another.
func (d *demoRun) sayOtherPort(c cli, name, usual string, l net.Listener) {
	if setting(d.environ, name) == "" && fmt.Sprint(port(l)) != usual {
		fmt.Fprintf(c.out, "\n  Port %s was taken, so Parley chose another. %s=... decides.\n", usual, name)
	}
}
