"""Energy of every stage of a job: counted or modelled, kept in a ledger, turned into emissions last."""
