"""What a student commits to before looking: :mod:`.prediction`, :mod:`.bank` and :mod:`.ask`."""
