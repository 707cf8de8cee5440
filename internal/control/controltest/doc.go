// Package controltest is the fixture kit of controls.
//
// A fixture is a YAML file testdata/<control>/<class>-<slug>.yaml: a document of kind Fixture that says what is expected,
// and the objects that are judged. The class is pass, fail, unknown, notapplicable or bypass; a bypass is a way round the
// control that does not work, so it folds to Fail or Unknown. Fixtures are tests and, through the generated pages, the
// documentation of a control.
//
// Run judges every fixture the way the product does, and then looks for what would be a silent green: evidence made
// unreadable must never turn a result into Pass, the order of objects must not count, facts must stay unchanged, and a
// result that depends on the time must say until when it holds.
package controltest
