<?php
/**
 * Orders are passed on as WooCommerce's own webhooks do it: same body, same headers, same signature. So Wafaa's WooCommerce
 * connection takes both. Sending is left to WooCommerce's queue (Action Scheduler), so that no customer waits for it.
 *
 * @package Wafaa
 */

defined( 'ABSPATH' ) || exit;

const WAFAA_SEND = 'wafaa_send_order';
// Seconds until the next try; after the last one the order waits for its next change.
const WAFAA_WAITS = array( 60, 300, 1800, 7200, 43200, 86400 );

add_action( 'woocommerce_new_order', 'wafaa_queue_order' );
add_action( 'woocommerce_order_status_changed', 'wafaa_queue_order' );
add_action( 'woocommerce_order_refunded', 'wafaa_queue_order' );
add_action( WAFAA_SEND, 'wafaa_send_order', 10, 2 );

/**
 * Several changes in a row are sent once: what is sent is the order as it stands then.
 *
 * @param int $order_id Id of the order.
 */
function wafaa_queue_order( $order_id ) {
	$call = array( (int) $order_id, 0 );
	if ( '' !== wafaa_setting( 'hook' ) && ! as_has_scheduled_action( WAFAA_SEND, $call, 'wafaa' ) ) {
		as_enqueue_async_action( WAFAA_SEND, $call, 'wafaa' );
	}
}

/**
 * Sends the whole order; tries again later where Wafaa cannot be reached or answers 5xx or 429.
 *
 * @param int $order_id Id of the order.
 * @param int $tries    How often it was tried before.
 */
function wafaa_send_order( $order_id, $tries = 0 ) {
	$order = wc_get_order( $order_id );
	if ( ! $order || '' === wafaa_setting( 'hook' ) || '' === wafaa_setting( 'secret' ) ) {
		return;
	}
	$body   = wafaa_order_body( $order_id );
	$answer = wp_safe_remote_post(
		wafaa_setting( 'hook' ),
		array(
			'timeout'     => 15,
			'redirection' => 0,
			'headers'     => wafaa_headers( $body, wafaa_setting( 'secret' ) ),
			'body'        => $body,
		)
	);
	$status = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
	if ( ( 0 === $status || 429 === $status || $status >= 500 ) && isset( WAFAA_WAITS[ $tries ] ) ) {
		as_schedule_single_action( time() + WAFAA_WAITS[ $tries ], WAFAA_SEND, array( (int) $order_id, $tries + 1 ), 'wafaa' );
	}
}

/**
 * The order as WooCommerce's REST API (v3) gives it.
 *
 * @param int $order_id Id of the order.
 * @return string
 */
function wafaa_order_body( $order_id ) {
	// The queue runs without a user; whoever may see this order is Wafaa, by the administrator's setting.
	add_filter( 'woocommerce_rest_check_permissions', '__return_true' );
	$order = wc()->api->get_endpoint_data( '/wc/v3/orders/' . (int) $order_id );
	remove_filter( 'woocommerce_rest_check_permissions', '__return_true' );
	return (string) wp_json_encode( $order );
}

/**
 * The headers of WooCommerce's webhooks.
 *
 * @param string $body   What is sent, byte by byte.
 * @param string $secret The connection's secret.
 * @return array
 */
function wafaa_headers( $body, $secret ) {
	return array(
		'Content-Type'              => 'application/json',
		'X-WC-Webhook-Source'       => home_url( '/' ),
		'X-WC-Webhook-Topic'        => 'order.updated',
		'X-WC-Webhook-Resource'     => 'order',
		'X-WC-Webhook-Event'        => 'updated',
		'X-WC-Webhook-Signature'    => wafaa_sign( $body, $secret ),
		'X-WC-Webhook-Delivery-ID'  => wp_generate_uuid4(),
	);
}

/**
 * The signature: base64 of HMAC-SHA256 of the raw body, keyed with the secret.
 *
 * @param string $body   What is sent, byte by byte.
 * @param string $secret The connection's secret.
 * @return string
 */
function wafaa_sign( $body, $secret ) {
	return base64_encode( hash_hmac( 'sha256', $body, $secret, true ) );
}
