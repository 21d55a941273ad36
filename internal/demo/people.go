package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"parley/internal/sms"
)

// Fictional numbers: 555-0100 to 555-0199 of each area code are set aside for fiction. Enough codes
// of the mountain and pacific states for two thousand students.
var areaCodes = []string{"986", "541", "503", "971", "458", "206", "253", "360", "425", "509", "801", "385", "435",
	"406", "702", "725", "775", "307", "916", "530", "707", "209", "559", "661", "805"}

var firstNames = strings.Fields(`Marisol Deshawn Ruth Yuki Brooke José Priscilla Tomasz Devon Hannah Aaliyah Marcus Mariam Caleb
	Noor Eli Grace Piotr Sofía Mateo Valentina Santiago Camila Diego Lucía Andrés Xochitl Ximena Emilio Paloma Liam Olivia Noah Emma
	Ava Ethan Mia Isabella Lucas Amelia Harper Jack Evelyn Henry Abigail Ella Owen Scarlett Wyatt Lily Aria Leo Zoe Nora Hazel
	Amara Kwame Zainab Chidi Imani Malik Tariq Layla Omar Fatima Yusuf Leila Hassan Amina Samir Priya Arjun Ananya Rohan Kavya
	Mei Wei Lin Jun Hana Kenji Sakura Minh Linh Thuy Kai Nalani Keanu Aiyana Dakota Chayton Winona Tavita Sione Talia Ezra
	Freya Anders Ingrid Søren Zoë Chloé René Łukasz Agnieszka Nadia Dmitri Oksana Elif Emre Siobhán Niamh Declan Bronwyn Rhys Tess`)

var lastNames = strings.Fields(`Vega Carter O'Dell Tanaka Lindqvist Ibáñez Adeyemi Nowak Reyes Whitlock Brooks Lindgren Haddad
	Whitehorse Sandoval Whitman Zieliński Okonkwo García Martínez Hernández Rodríguez López Ramírez Flores Ortiz Castillo Morales
	Nguyen Tran Pham Kim Park Choi Lee Chen Wang Singh Patel Sharma Gupta Khan Ali Hussein Smith Johnson Williams Brown Jones
	Davis Miller Wilson Moore Taylor Anderson Thomas Jackson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott
	Green Baker Nelson Hill Campbell Mitchell Roberts Phillips Evans Turner Parker Edwards Collins Stewart Morris Murphy Cook Rogers
	Peterson Begay Yazzie Tsosie Kealoha Faleolo Olsen Hansen Bergström Kowalczyk Petrov Demir Yılmaz McCarthy Gallagher Sørensen`)

var programs = []string{"Nursing", "Civil Engineering", "Biology", "Business", "Computer Science", "History", "Music", "Social Work", "Mathematics", "Undeclared"}

var advisors = []string{"Ms. Ruiz", "Dr. Okonkwo", "Mr. Feldman", "Dr. Sato", "Ms. Birch"}

var years = []string{"First-year", "Sophomore", "Junior", "Senior"}

// student is a row of the registrar's file.
type student struct {
	phone                 string // E.164
	first, last, email    string
	language, zip         string
	program, class, tutor string
}

// students draws n people, each with a fictional number of their own, always the same ones.
func students(n int) []student {
	r := rand.New(rand.NewPCG(1862, 1124))
	list := make([]student, n)
	for i := range list {
		s := student{
			phone:   fmt.Sprintf("+1%s55501%02d", areaCodes[i/100%len(areaCodes)], i%100),
			first:   firstNames[r.IntN(len(firstNames))],
			last:    lastNames[r.IntN(len(lastNames))],
			zip:     fmt.Sprintf("%05d", 83600+r.IntN(120)),
			program: programs[r.IntN(len(programs))],
			class:   years[r.IntN(len(years))],
			tutor:   advisors[r.IntN(len(advisors))],
		}
		spanish := r.IntN(9) == 0
		if i < len(fafsaReplies) { // who will answer in one language or the other
			spanish = slices.Contains(inSpanish, fafsaReplies[i])
		}
		if spanish {
			s.language = "es"
		}
		if r.IntN(4) > 0 {
			s.email = lettersOf(s.first) + "." + lettersOf(s.last) + fmt.Sprint(i) + "@students.marlowe.example"
		}
		list[i] = s
	}
	return list
}

// lettersOf writes a name for an e-mail address.
func lettersOf(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, sms.Fold(name))
}

// csv writes the registrar's export: the spellings of five clerks, a few rows that nobody can text,
// and somebody entered twice.
func csv(list []student) string {
	r := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	b.WriteString("Student ID,Pref First,Surname,Cell Phone,E-mail,Home ZIP,Language,Program,Class,Advisor\n")
	for i, s := range list {
		row(&b, i, s, spell(s.phone, r.IntN(6)))
		switch i {
		case 211:
			row(&b, 9001, student{first: "Noor", last: "Haddad", program: "Biology", class: "Junior"}, "208-555-17")
		case 640:
			row(&b, 9002, student{first: "Eli", last: "Sandoval", program: "Music", class: "Senior"}, "n/a")
		case 1118:
			row(&b, 9003, student{first: "Grace", last: "Whitman", program: "History", class: "Sophomore"}, "")
		case 1500:
			row(&b, 9004, list[12], spell(list[12].phone, 3))
		}
	}
	return b.String()
}

func row(b *strings.Builder, i int, s student, phone string) {
	fmt.Fprintf(b, "M%06d,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", 400000+i, s.first, s.last, phone, s.email, s.zip, s.language, s.program, s.class, s.tutor)
}

// spell writes a number as people do.
func spell(phone string, way int) string {
	area, exchange, line := phone[2:5], phone[5:8], phone[8:]
	switch way {
	case 0:
		return "(" + area + ") " + exchange + "-" + line
	case 1:
		return area + "." + exchange + "." + line
	case 2:
		return "1-" + area + "-" + exchange + "-" + line
	case 3:
		return area + exchange + line
	case 4:
		return phone
	default:
		return area + " " + exchange + " " + line
	}
}
