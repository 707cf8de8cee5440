// Package remind works out what somebody must do next and by when: one mechanism for every reminder.
//
// A reminder finds deadlines in facts and in the limits that profiles set; a Deadline tells how far it has come at an
// instant, and when that changes by itself. Days are those of Europe/Copenhagen, legal clocks run in real hours. Whether
// something that was missed is a breach of a control is for the control to say; a reminder only says what is due. What is
// not recorded at all has no date and hence no deadline: the controls say that it is missing.
package remind
