# referent
