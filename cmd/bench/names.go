package main

import "strings"

// What people and campaigns are called. Endings multiply the last names to a few thousand.
var (
	firstNames = words(`Mary Maria Marcus Martha Marvin Margaret James Robert John Michael David William Richard Joseph Thomas
		Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Ashley Emily Kimberly
		Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Daniel Matthew Anthony Mark Donald Steven Andrew
		Paul Joshua Kenneth Kevin Brian Jose Luis Carlos Juan Jorge Ana Sofia Camila Valentina Lucia Priya Wei Ming Fatima
		Omar Yusuf Aisha Kwame Nia Ingrid Lars Olga Ivan Noah Liam Olivia Emma Ava Mia Zoe Xavier Quinn Ulrich Yara`)
	lastRoots = words(`Smith John William Brown Jon Garci Mill Dav Rodrig Mart Hernand Lop Gonzal Wils Anders Thom Tayl Moor
		Jacks Lee Perez White Harr Sanch Clark Ram Lew Robin Walk Young All King Wright Scott Torr Nguy Hill Flor Green Adam
		Nels Bak Hall River Camp Mitch Cart Robert Gom Phil Ev Turn Di Park Cruz Edw Coll Reyes Stew Morr Mor Murph Cook Rog`)
	lastEndings = words(`son sen ez er ers man berg ley ton ford well wood stein ski ova dottir ini ard ing field worth by
		ham land stone brook ridge way hart mond`)

	subjects = words(`aid housing registration orientation tuition advising fafsa scholarship enrollment deposit transcript
		immunization parking library tutoring graduation internship career athletics dining`)
	occasions = words(`reminder deadline welcome survey update checklist event invitation notice follow-up opening closing`)
	audiences = words(`freshmen sophomores juniors seniors transfers graduates parents commuters athletes veterans`)
)

func words(text string) []string { return strings.Fields(text) }
