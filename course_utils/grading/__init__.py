"""A class of submissions, graded safely.

A submission is *collected* (:mod:`.collect`), its notebook *read* (:mod:`.notebooks`) and the
answers *extracted* (:mod:`.extract`) with the definitions they need (:mod:`.helpers`). An answer
runs in a *sandbox* (:mod:`.sandbox` starts it, :mod:`.fork_server` and :mod:`.confine` are its
inside), where the exercise's probe *observes* it (:mod:`.observer`); what was observed comes back
as plain numbers (:mod:`.wire`), and the *verdict* (:mod:`.verdicts`) is reached out here.
:mod:`.run` does this for a whole class and keeps every result at once (:mod:`.store`).
"""
