"""Which way did people go: visits, and the steps of orders, conversations and stays in a store?"""
