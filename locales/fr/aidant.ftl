# aidant
