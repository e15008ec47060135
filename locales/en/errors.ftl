# Pages of refusals and failures: title, why, what to do.

error-what-now = What to do now?
error-ask-help = Ask for help
error-reference = If you call us, give this number:

error-not-found-title = This page does not exist
error-not-found-why = The address may be incomplete, or the page has moved.
error-not-found-advice = Check the address, or start again from the home page.

error-forbidden-title = This page is not open to you
error-forbidden-why = Your login does not give access to this page.
error-forbidden-advice = Check that you are in the right space. If you think this is a mistake, ask your referent or the operator.

error-session-ended-title = You have been logged out
error-session-ended-why = Nothing happened for a while. We closed your login to protect people.
error-session-ended-advice = Log in again. Nothing that was saved is lost.

error-gone-title = This link no longer works
error-gone-why = It has been used already, or its time has passed. Each link works only once.
error-gone-advice = Ask the person who sent it for a new link, or start again.

error-bad-request-title = We did not understand this request
error-bad-request-why = The form arrived incomplete, or it came from another page than ours.
error-bad-request-advice = Go back to the previous page, reload it, then send it again.

error-too-many-title = Too many attempts
error-too-many-why = To protect accounts, we wait a little after several attempts.
error-too-many-advice = Wait a few minutes, then try again. Nothing is lost.

error-internal-title = We have a problem
error-internal-why = Something went wrong on our side. It is not your fault.
error-internal-advice = Try again in a moment. If it goes on, tell us and give the number below.

error-busy-title = Too many requests at once
error-busy-why = Many people are using this service at the moment.
error-busy-advice = Wait a few seconds, then try again. This request was not read: nothing was recorded.
error-unavailable-title = A service does not answer
error-unavailable-why = A service we need does not answer for now.
error-unavailable-advice = Try again in a few minutes. Nothing was saved half-way.
