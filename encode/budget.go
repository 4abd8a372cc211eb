package encode

// addBudget makes the joint graph's budget a row.
func (e *Encoding) addBudget() {
	budget := e.Bounds.Joint.Budget
	if budget == nil {
		return
	}
	most := budget.Most
	var terms []Term
	for i, col := range e.input {
		switch {
		case !budget.In[i]:
		case col >= 0:
			terms = append(terms, Term{col, 1})
		default: // fixed; a difference that is rounded may be a row that is looser
			if lo := e.Bounds.Box.Lo[i]; lo > 0 {
				most = up(most - lo)
			}
		}
	}
	if len(terms) > 0 {
		e.Program.row("budget", -inf, most, terms...)
	}
}
