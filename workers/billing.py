"""The subscription at Stripe: what is asked, followed, counted and compared."""
